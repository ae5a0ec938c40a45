#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/signature.hpp"

namespace hotdesk::plugins {

/// The .hdplugin of a folder with manifest.json and the files that it names; the same folder gives the same bytes. A
/// manifest without `files` gets them: every file in the folder with its hash. With them, a file that the manifest does not
/// name is an error rather than left out. An old manifest.sig is not taken over. Error::where is the file. Blocks.
Result<std::string> pack_folder(const std::filesystem::path& folder);

/// The package with a manifest.sig by this key; an earlier signature is replaced. What it holds is compared with its
/// manifest first: nobody signs a damaged package.
Result<std::string> sign_package(std::string_view bytes, const crypto::SigningKey& key);

}  // namespace hotdesk::plugins
