import { computed } from 'vue';
import { useFormat } from '../../parts/use_format.js';
import { useConnection } from '../../stores/connection.js';
import { chipOf } from './chip.js';

export function useChip() {
  const connection = useConnection();
  const { clock, now } = useFormat();
  const chip = computed(() => chipOf({ state: connection.state, now: now.value, network: connection.network, clock }));
  const retryIn = computed(() => {
    const { state } = connection;
    if (state.kind !== 'offline' || state.retryAt === null) return 0;
    return Math.max(0, Math.ceil((state.retryAt - now.value) / 1000));
  });
  return { chip, retryIn, retry: () => connection.link?.retryNow(), unsent: computed(() => connection.unsent) };
}
