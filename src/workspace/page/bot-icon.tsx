/** A gauge near its end. */
export function BotIcon() {
  return (
    <svg className="bot-icon" viewBox="0 0 36 36" role="img" aria-label="Quota Watch">
      <rect width="36" height="36" rx="8" className="ground" />
      <path d="M8.5 24a10 10 0 1 1 19 0" className="track" />
      <path d="M8.5 24a10 10 0 0 1 15-11.5" className="level" />
      <path d="M18 22l5.5-7" className="needle" />
      <circle cx="18" cy="22" r="2.4" className="hub" />
    </svg>
  );
}
