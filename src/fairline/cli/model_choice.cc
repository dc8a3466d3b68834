// One way from words to a model for every command.
#include "fairline/cli/model_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "fairline/cli/bundle_folder.h"

namespace fairline {
namespace {

std::expected<ChosenModel, Failure> Load(std::unique_ptr<Store> store, ModelVersion version) {
  ChosenModel chosen;
  const BundleFiles files = FAIRLINE_TRY(store->registry().ReadFiles(version.bundle_digest));
  chosen.bundle = FAIRLINE_TRY(ReadBundle(files));
  chosen.name = fmt::format("{} {}", version.name, version.version);
  chosen.store = std::move(store);
  chosen.version = std::move(version);
  return chosen;
}

std::expected<ModelVersion, Failure> InProduction(Registry& registry, const std::string& name) {
  auto versions = FAIRLINE_TRY(registry.InProduction());
  if (!name.empty()) {
    const auto found = std::ranges::find(versions, name, &ModelVersion::name);
    if (found != versions.end()) return *found;
    FAIRLINE_TRY(registry.List(name));  // an unknown name is said to be unknown
    return std::unexpected(
        Failure({ErrorCode::kUnavailable, fmt::format("no version of {} is in Production", name)},
                fmt::format("fairline models transition {} VERSION --stage Production", name)));
  }
  if (versions.size() == 1) return versions.front();
  if (versions.empty()) {
    return std::unexpected(
        Failure({ErrorCode::kUnavailable, "no model is in Production"},
                "fairline models transition NAME VERSION --stage Production, or give --bundle"));
  }
  return std::unexpected(
      Failure({ErrorCode::kFailedPrecondition, "several models are in Production"},
              "say which by --model"));
}

}  // namespace

std::expected<ChosenModel, Failure> ModelInFolder(const std::string& folder) {
  ChosenModel chosen;
  const BundleFiles files = FAIRLINE_TRY(ReadBundleFolder(folder));
  chosen.bundle = FAIRLINE_TRY(ReadBundle(files));
  chosen.name = folder;
  return chosen;
}

std::expected<ChosenModel, Failure> RegisteredModel(const Config& config, const std::string& name,
                                                    int64_t version) {
  auto store = FAIRLINE_TRY(Store::Open(config));
  ModelVersion found = FAIRLINE_TRY(store->registry().Get(name, version));
  return Load(std::move(store), std::move(found));
}

std::expected<ChosenModel, Failure> RegisteredOrCurrent(const Config& config,
                                                        const std::string& name,
                                                        std::optional<int64_t> version) {
  if (version) return RegisteredModel(config, name, *version);
  auto store = FAIRLINE_TRY(Store::Open(config));
  auto versions = FAIRLINE_TRY(store->registry().List(name));
  const auto in_production =
      std::find_if(versions.rbegin(), versions.rend(),
                   [](const ModelVersion& version) { return version.stage == Stage::kProduction; });
  return Load(std::move(store),
              in_production != versions.rend() ? *in_production : versions.back());
}

std::expected<ChosenModel, Failure> ModelByReference(const Config& config, std::string reference) {
  if (reference.empty()) reference = config.String("serving.model");
  if (const size_t colon = reference.find(':'); colon != std::string::npos) {
    int64_t version = 0;
    const char* end = reference.data() + reference.size();
    const auto [stop, error] = std::from_chars(reference.data() + colon + 1, end, version);
    if (error != std::errc() || stop != end) {
      return UsageError(fmt::format("\"{}\" is not NAME or NAME:VERSION", reference));
    }
    return RegisteredModel(config, reference.substr(0, colon), version);
  }
  auto store = FAIRLINE_TRY(Store::Open(config));
  ModelVersion version = FAIRLINE_TRY(InProduction(store->registry(), reference));
  return Load(std::move(store), std::move(version));
}

}  // namespace fairline
