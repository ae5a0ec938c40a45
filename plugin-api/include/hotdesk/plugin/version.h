#ifndef HOTDESK_PLUGIN_VERSION_H
#define HOTDESK_PLUGIN_VERSION_H

/* The one version of the ABI; CMake reads it from here. The major changes when something breaks (never, if we can help
 * it), the minor when a table or struct grows at its end or an extension arrives. See CHANGELOG.md. */
#define HOTDESK_ABI_MAJOR 1
#define HOTDESK_ABI_MINOR 1

#endif
