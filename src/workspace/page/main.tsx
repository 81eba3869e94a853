/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { createRoot } from 'react-dom/client';
import { WorkspacePage } from './workspace-page.tsx';

const root = document.getElementById('page');
if (root) createRoot(root).render(<WorkspacePage />);
