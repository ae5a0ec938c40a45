// The few words outside the panel.
export const texts = {
  zh: {
    open: '打开在线客服',
    close: '收起聊天窗口',
    frame: '在线客服',
    dismiss: '关闭',
    unread: (n: number) => `，${n} 条未读`,
    title: (n: number) => `(${n}) 新消息`,
    away: '暂时连不上在线客服，正在重试…',
  },
  en: {
    open: 'Open chat',
    close: 'Minimise chat',
    frame: 'Chat with us',
    dismiss: 'Dismiss',
    unread: (n: number) => `, ${n} unread`,
    title: (n: number) => `(${n}) New message${n > 1 ? 's' : ''}`,
    away: 'The chat can’t be reached. Trying again…',
  },
} as const;
