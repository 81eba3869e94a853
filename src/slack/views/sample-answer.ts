import { context, type Message, section } from './blocks.ts';

/** The answer to `/quota test`: where the sample will appear, and what to do if it does not. */
export function sampleAnswer(channel: string): Message {
  const text = `:white_check_mark: A sample alert is on its way to <#${channel}>, within seconds.`;
  return {
    text,
    blocks: [
      section(text),
      context(
        'If it does not come: `/invite` Quota Watch to that channel, and it will be posted. The sample says that it is one. `/quota settings` changes the channel.',
      ),
    ],
  };
}
