#ifndef HOTDESK_PLUGIN_PLATFORM_H
#define HOTDESK_PLUGIN_PLATFORM_H
#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
#define HOTDESK_STATIC_ASSERT(condition, name) static_assert(condition, #name)
#define HOTDESK_EXTERN_C extern "C"
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define HOTDESK_STATIC_ASSERT(condition, name) _Static_assert(condition, #name)
#define HOTDESK_EXTERN_C
#else
#define HOTDESK_STATIC_ASSERT(condition, name) typedef char hotdesk_assert_##name[(condition) ? 1 : -1]
#define HOTDESK_EXTERN_C
#endif

/* On the one function that a plugin exports. Everything else is built with hidden visibility. */
#define HOTDESK_EXPORT HOTDESK_EXTERN_C __attribute__((visibility("default")))

/* Pins a struct's size to the sum of its members: no padding, in which a later field would be read as garbage. */
#define HOTDESK_LAYOUT(type, sum) HOTDESK_STATIC_ASSERT(sizeof(type) == (sum), type##_has_no_padding)

/* Whether a table or struct given by the other side is new enough to have `member`, and (for functions) has it.
 * Ask before the use of any member that did not exist in minor 0. `object` is a pointer that is not NULL. */
#define HOTDESK_REACHES(object, type, member) \
  ((object)->size >= (uint32_t)(offsetof(type, member) + sizeof((object)->member)))
#define HOTDESK_HAS(object, type, member) (HOTDESK_REACHES(object, type, member) && (object)->member != NULL)

HOTDESK_STATIC_ASSERT(sizeof(void *) == 8, hotdesk_needs_a_64_bit_platform);

#endif
