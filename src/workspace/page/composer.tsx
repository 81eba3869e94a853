import { type FormEvent, useState } from 'react';

interface Props {
  readonly send: (text: string) => Promise<unknown>;
}

const SUGGESTIONS = [
  '/quota',
  '/quota team',
  '/quota incidents',
  '/quota summary',
  '/quota doctor',
  '/quota connect',
  '/quota settings',
  '/quota help',
];

/** Where commands are typed. */
export function Composer({ send }: Props) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    setText('');
    send(text.trim());
  };
  return (
    <form className="composer" onSubmit={submit}>
      <div className="suggestions">
        {SUGGESTIONS.map((command) => (
          <button type="button" key={command} onClick={() => send(command)}>
            {command}
          </button>
        ))}
      </div>
      <div className="line">
        <input
          aria-label="Command"
          placeholder="Type /quota and press Enter"
          autoComplete="off"
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="button" data-style="primary" disabled={text.trim() === ''}>
          Send
        </button>
      </div>
    </form>
  );
}
