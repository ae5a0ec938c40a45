import '@hotdesk/ui/tokens.css';
import './panel.css';
import { mountPanel } from './mount.js';

mountPanel(document.getElementById('app')!);
