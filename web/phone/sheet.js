// A sheet that rises over the phone's screen: a native modal dialog, laid where the phone is.
import { h } from '/ui/ui.js';

/** overPhone(title, build(close, fail) → node) → what close() was given; null for Escape; fail(error) rejects. */
export function overPhone(title, build) {
  return new Promise((resolve, reject) => {
    let answer = null;
    const dialog = h('dialog', { class: 'sheet', 'aria-labelledby': 'sheet-title' });
    const close = (value) => { answer = value; dialog.close(); };
    const fail = (error) => { reject(error); dialog.close(); };
    dialog.append(h('h2', { id: 'sheet-title' }, title), build(close, fail));
    const lay = () => {
      const screen = document.querySelector('.phone-screen')?.getBoundingClientRect();
      if (!screen) return;
      const set = (name, value) => dialog.style.setProperty(name, `${value}px`);
      set('left', screen.left + 8);
      set('bottom', Math.max(8, innerHeight - screen.bottom + 8));
      set('width', screen.width - 16);
      set('max-height', Math.min(screen.height, innerHeight) - 56);
    };
    const leave = () => close(null);
    addEventListener('resize', lay);
    addEventListener('hashchange', leave);
    addEventListener('scroll', lay, { passive: true });
    dialog.addEventListener('close', () => {
      removeEventListener('resize', lay);
      removeEventListener('hashchange', leave);
      removeEventListener('scroll', lay);
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    lay();
    dialog.showModal();
  });
}
