#pragma once
// Everything a plugin needs. Tests include fake_host.hpp besides.
#include "hotdesk/sdk/entry.hpp"
