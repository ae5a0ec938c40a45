// The launcher's own look, in a constructable style sheet inside a shadow root: the page's CSS doesn't reach in, ours
// doesn't reach out, and a strict `style-src` of the page has nothing to object to.

export const css = `
:host{all:initial!important}
*{box-sizing:border-box}
.dock{--c:#265adf;--oc:#fff;--sf:#fff;--tx:#1a1c21;--t3:#646871;--ln:#e7e9ed;position:fixed;z-index:2147483000;bottom:20px;right:20px;font:14px/22px -apple-system,"Segoe UI",Roboto,Arial,"PingFang SC","Microsoft YaHei",sans-serif;color:var(--tx)}
.dock.left{right:auto;left:20px}
.dock.dark{--sf:#1f2127;--tx:#ebedf1;--t3:#9a9ea7;--ln:#ffffff1f}

button{font:inherit;color:inherit;border:0;padding:0;background:none;cursor:pointer}
button:focus-visible{outline:2px solid var(--c);outline-offset:2px}
.launch{position:absolute;right:0;bottom:0;display:grid;place-items:center;width:56px;height:56px;border-radius:50%;background:var(--c);color:var(--oc);box-shadow:0 12px 32px -6px #0f172a47;transition:transform 160ms ease-out}
.left .launch,.left .panel,.left .tip{right:auto;left:0}
.launch:hover{transform:scale(1.05)}
.launch svg{width:28px;height:28px}
.line{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.launch .down{width:24px;height:24px;display:none}
.open .launch .chat,.open .launch .n{display:none}.open .launch .down{display:block}
.n{position:absolute;top:-3px;right:-3px;min-width:20px;height:20px;padding:0 5px;border-radius:10px;background:#c9302f;color:#fff;font-size:11px;font-weight:600;line-height:20px;text-align:center;box-shadow:0 0 0 2px #fff}
[hidden]{display:none!important}
.panel{position:absolute;right:0;bottom:72px;width:380px;height:min(640px,calc(100vh - 112px));max-width:calc(100vw - 40px);border-radius:16px;overflow:hidden;background:var(--sf);box-shadow:0 0 0 1px var(--ln),0 24px 64px -8px #0f172a52}
.panel.in{animation:in 240ms ease-out}
@keyframes in{from{opacity:0;transform:translateY(8px)}}
.away{position:absolute;inset:40% 24px auto;margin:0;text-align:center;color:var(--t3)}
iframe{position:relative;display:block;width:100%;height:100%;border:0;background:transparent;color-scheme:normal}
.tip{position:absolute;right:0;bottom:72px;width:284px;max-width:calc(100vw - 32px);padding:14px 16px;border-radius:12px;background:var(--sf);box-shadow:0 0 0 1px var(--ln),0 12px 32px -6px #0f172a47}
.tip .who{display:block;padding-right:28px;margin-bottom:4px;font-size:12px;line-height:18px;font-weight:600}
.tip .txt{overflow-wrap:anywhere;text-align:left;width:100%}
.tip .x{position:absolute;top:8px;right:8px;width:28px;height:28px;border-radius:6px;color:var(--t3);display:grid;place-items:center}
.x svg{width:14px;height:14px}
.hint{position:absolute;right:68px;bottom:12px;padding:5px 12px;border-radius:8px;background:#1a1c21;color:#fff;font-size:12px;line-height:22px;white-space:nowrap;opacity:0;visibility:hidden;transition:opacity 90ms}
.left .hint{right:auto;left:68px}
.launch:hover~.hint,.launch:focus-visible~.hint{opacity:1;visibility:visible}
.open .hint{display:none}
@media (max-width:480px){
.dock{right:16px;bottom:calc(16px + env(safe-area-inset-bottom))}.dock.left{left:16px}
.panel{position:fixed;inset:0;width:auto;height:100vh;height:100dvh;max-width:none;border-radius:0;box-shadow:none;padding:env(safe-area-inset-top) 0 env(safe-area-inset-bottom)}
.open .launch{display:none}.hint{display:none}
}
@media (prefers-reduced-motion:reduce){.panel.in{animation:none}.launch{transition:none}.launch:hover{transform:none}}
`;
