// Which model a command works with: a bundle's folder, a registered version, or the one in
// Production.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fairline/cli/failure.h"
#include "fairline/core/config.h"
#include "fairline/decisioning/store.h"
#include "fairline/models/bundle.h"
#include "fairline/registry/registry.h"

namespace fairline {

struct ChosenModel {
  ModelBundle bundle;
  std::string name;                     // for messages: "credit 3", or the folder
  std::unique_ptr<Store> store;         // of a registered version
  std::optional<ModelVersion> version;  // of a registered version
};

std::expected<ChosenModel, Failure> ModelInFolder(const std::string& folder);
std::expected<ChosenModel, Failure> RegisteredModel(const Config& config, const std::string& name,
                                                    int64_t version);
/// The version asked for, else the one in Production, else the latest.
std::expected<ChosenModel, Failure> RegisteredOrCurrent(const Config& config,
                                                        const std::string& name,
                                                        std::optional<int64_t> version);
/// `reference`: NAME (its version in Production), NAME:VERSION, or empty for setting serving.model,
/// else the only model in Production.
std::expected<ChosenModel, Failure> ModelByReference(const Config& config, std::string reference);

}  // namespace fairline
