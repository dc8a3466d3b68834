// Model bundles between the value (models/bundle.h) and a folder on disk.
#pragma once

#include <filesystem>

#include "fairline/core/result.h"
#include "fairline/models/bundle.h"

namespace fairline {

/// All files of a bundle's folder, unchecked: ReadBundle checks them. kNotFound when there is no
/// such folder, kInvalidArgument when it holds no bundle.
Result<BundleFiles> ReadBundleFolder(const std::filesystem::path& folder);

/// Whether WriteBundleFolder may write there: nothing, an empty folder, or an earlier bundle. Asked
/// before long work.
Status CheckBundleTarget(const std::filesystem::path& folder);

/// Puts the bundle there whole or not at all; an earlier bundle is replaced.
Status WriteBundleFolder(const std::filesystem::path& folder, const BundleFiles& files);

}  // namespace fairline
