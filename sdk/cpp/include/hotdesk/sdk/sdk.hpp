#pragma once
// Everything a plugin needs. Tests include fake_host.hpp besides.
#include "hotdesk/sdk/entry.hpp"
#include "hotdesk/sdk/filter.hpp"
#include "hotdesk/sdk/plugin.hpp"
#include "hotdesk/sdk/router.hpp"
