// The conversations of the mock-ups, so that the page can be laid beside them.

export function seed(world) {
  const { me } = world;
  const say = (c, who, text, ago, kind = 'text', mid) => world.commit(c, { kind, from: who, body: { text }, ts: Date.now() - ago * 60_000, ...(mid ? { mid } : {}) }, true);
  const shop = 'https://ridgeline.example';

  const bot = world.open({ text: '想买手冲用的豆子，新手选哪个？', ago: 9, assignee: null, status: 'bot' });
  say(bot, { role: 'bot', id: 'bot', name: '小野' }, '云南豆适合手冲，推荐中浅烘', 8);

  const tanaka = world.open({ name: 'Aiko Tanaka', text: 'Could you send me the manual?', ago: 50, online: false, language: 'ja' });
  say(tanaka, world.author(me), '已把说明书发到您的邮箱', 31, 'text', 'a1');
  const anon = world.open({ text: '这款还有货吗？', ago: 30, online: false });
  say(anon, world.author(me), '好的，下单后告诉我订单号', 15, 'text', 'a2');
  const sofia = world.open({ name: 'Sofia Rossi', text: 'Ciao! Do you have the 0.9 L kettle in black?', ago: 20, labels: ['售前'], language: 'it' });
  say(sofia, world.author(me), 'Yes, it is in stock.', 12, 'text', 'a3');
  say(sofia, world.author(sofia.visitor), 'Grazie! One more thing, does the scale ship to Italy?', 9);
  world.open({ name: '刘建国', text: '发票抬头写错了，能重开吗', ago: 8, labels: ['VIP', '发票'] });
  const james = world.open({ name: 'James Whitfield', text: 'Hi, I was charged twice for order R20866.', ago: 6, labels: ['退款'], language: 'en-US' });
  say(james, world.author(james.visitor), 'Can you check? https://ridgeline.example/orders/R20866', 5);

  const wang = world.open({
    name: '王雨桐', email: 'yutong.wang@mail.example', text: '我上周买的滤杯收到就裂了，能换吗？', ago: 16, labels: ['补发', '破损'],
    device: { kind: 'phone', os: 'iPhone', browser: 'Safari 17' }, referrer: 'https://www.xiaohongshu.example/explore', utm_source: 'spring-gear',
    pages: [
      { title: '山行手冲壶 0.9 L', url: `${shop}/kettle`, ago: 1 }, { title: '退换货政策', url: `${shop}/returns`, ago: 17 },
      { title: '我的订单 R20871', url: `${shop}/orders/R20871`, ago: 19 }, { title: '', url: `${shop}/?utm_source=spring-gear`, ago: 20 },
    ],
  });
  wang.visitor.past = [{ days: 42, rating: 5 }, { days: 64, rating: 4 }];
  wang.visitor.attributes = { 会员: '金卡', 累计订单: 7, 生日月: 6 };
  say(wang, { role: 'bot', id: 'bot', name: '小野' }, '可以。签收 7 天内破损免费补发，不用寄回。麻烦拍一张裂纹的照片。', 15);
  say(wang, world.author(wang.visitor), '照片发到邮箱了，杯口到底部一整条', 11);
  say(wang, world.author(me), '很清楚，谢谢！已给您补发一只，今天 17:00 前寄出，顺丰免运费。', 9, 'text', 'a4');
  say(wang, world.author(wang.visitor), '太好了！收货电话换成 138****5521 可以吗', 8);
  say(wang, world.author(world.agents[1]), '@林晓 和 #4790 是同一批次，质检已登记，不用再要照片了。', 7, 'note', 'n1');
  say(wang, world.author(me), '可以，已经改好了。', 4, 'text', 'a5');
  say(wang, world.author(me), '出库后会发短信通知您。', 3, 'text', 'a6');
  wang.reads.set(me.id, wang.entries.length);

  world.open({ name: '陈思源', text: '你好，下单后多久发货？', ago: 4, assignee: null });
  world.open({ text: 'Hello, anyone there?', ago: 2, assignee: null, language: 'en-US' });
  world.open({ name: '赵敏', text: '咖啡机漏水了', ago: 1, assignee: null });
  world.open({ name: 'Olga Petrova', text: 'Is the grinder quiet?', ago: 33, assignee: world.agents[1] });
  const done = world.open({ name: '孙浩', text: '磨豆机怎么清洗？', ago: 190, online: false });
  say(done, world.author(me), '先拔电源，再用附带的刷子清理刀盘。', 180, 'text', 'd1');
  done.reads.set(me.id, 4);
  world.commit(done, { kind: 'closed', from: world.author(me), body: { by: { id: me.id, name: me.name } }, ts: Date.now() - 170 * 60_000 }, true);
  done.status = 'closed';
  world.commit(done, { kind: 'rated', from: world.author(done.visitor), body: { score: 5, comment: '很耐心' }, ts: Date.now() - 165 * 60_000 }, true);
  return { wang, james };
}
