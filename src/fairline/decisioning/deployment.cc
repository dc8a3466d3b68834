// Which model decides. The registry is looked at, never pushed from: a change by any process is
// noticed the same way.
#include "fairline/decisioning/deployment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace fairline {
namespace {

constexpr std::string_view kNotLookedYet = "no model has been loaded yet";

bool Same(const ModelVersion& a, const ModelVersion& b) {
  return a.name == b.name && a.version == b.version && a.bundle_digest == b.bundle_digest;
}

std::unexpected<Error> NoneInProduction(std::string_view chosen) {
  if (chosen.empty()) {
    return Fail(ErrorCode::kUnavailable,
                "no model is in Production: register one and run "
                "`fairline models transition NAME VERSION --stage Production`");
  }
  return Fail(ErrorCode::kUnavailable,
              fmt::format("the model \"{0}\" (setting serving.model) has no version in Production: "
                          "run `fairline models transition {0} VERSION --stage Production`",
                          chosen));
}

std::unexpected<Error> SeveralInProduction(const std::vector<ModelVersion>& versions) {
  std::vector<std::string> names;
  for (const ModelVersion& version : versions) names.push_back(version.name);
  return Fail(ErrorCode::kUnavailable,
              fmt::format("several models are in Production ({}): name the one that decides with "
                          "the setting serving.model",
                          fmt::join(names, ", ")));
}

Result<ModelBundle> LoadBundle(Registry& registry, std::string_view digest) {
  return ReadBundle(FAIRLINE_TRY(registry.ReadFiles(digest)));
}

std::string TargetOf(const ModelBundle& bundle) {
  const Json* target = bundle.lineage.Find("target");
  return target != nullptr && target->is_string() ? target->string() : "";
}

std::vector<SeenRange> SeenRanges(const ModelBundle& bundle) {
  const Json* baselines = bundle.baseline.Find("fields");
  std::vector<SeenRange> ranges;
  for (const Field& field : bundle.plan.signature().fields()) {
    SeenRange& range = ranges.emplace_back();
    const Json* baseline = baselines == nullptr ? nullptr : baselines->Find(field.name);
    if (baseline == nullptr) continue;
    const Json *minimum = baseline->Find("minimum"), *maximum = baseline->Find("maximum");
    if (minimum != nullptr && minimum->is_number()) range.minimum = minimum->number();
    if (maximum != nullptr && maximum->is_number()) range.maximum = maximum->number();
  }
  return ranges;
}

}  // namespace

Result<std::shared_ptr<const Deployment>> LoadDeployment(Registry& registry,
                                                         const ModelVersion& version,
                                                         const Policy& policy, std::string product,
                                                         std::string currency) {
  auto bundle = LoadBundle(registry, version.bundle_digest);
  if (!bundle) {
    Error error = std::move(bundle).error();
    error.message = fmt::format("version {} of the model \"{}\" cannot be loaded: {}",
                                version.version, version.name, error.message);
    return std::unexpected(std::move(error));
  }
  auto scorer = CompileScorer(bundle->model);
  auto explainer = MakeExplainer(bundle->model);
  ReasonFinder reasons(*bundle);
  std::string target = TargetOf(*bundle);
  std::vector<SeenRange> seen = SeenRanges(*bundle);
  auto layout = LayoutOf(*bundle, version.bundle_digest);
  return std::make_shared<const Deployment>(Deployment{.product = std::move(product),
                                                       .currency = std::move(currency),
                                                       .version = version,
                                                       .bundle = *std::move(bundle),
                                                       .scorer = std::move(scorer),
                                                       .explainer = std::move(explainer),
                                                       .reasons = std::move(reasons),
                                                       .policy = policy,
                                                       .target = std::move(target),
                                                       .seen = std::move(seen),
                                                       .layout = std::move(layout)});
}

DeploymentSettings ReadDeploymentSettings(const Config& config) {
  DeploymentSettings settings;
  settings.model = config.String("serving.model");
  settings.product = config.String("decisions.product");
  settings.currency = config.String("decisions.currency");
  settings.policy.review_band = config.Number("decisions.review_band");
  return settings;
}

Deployments::Deployments(Registry& registry, DeploymentSettings settings)
    : registry_(registry),
      settings_(std::move(settings)),
      current_(Fail(ErrorCode::kUnavailable, std::string(kNotLookedYet))) {}

Result<std::shared_ptr<const Deployment>> Deployments::Current() const {
  const std::lock_guard lock(current_mutex_);
  return current_;
}

void Deployments::SetCurrent(Result<std::shared_ptr<const Deployment>> current) {
  const std::lock_guard lock(current_mutex_);
  current_.swap(current);  // the old one, if this was its last use, goes after the lock
}

Result<bool> Deployments::Refresh() {
  const std::lock_guard lock(refresh_mutex_);
  const auto in_production = FAIRLINE_TRY(registry_.InProduction());
  const auto current = Current();
  const auto chosen = Choose(in_production);
  if (!chosen) return KeepOrWithdraw(in_production, chosen.error());
  if (current && Same(*chosen, (*current)->version)) return false;

  auto loaded =
      LoadDeployment(registry_, *chosen, settings_.policy, settings_.product, settings_.currency);
  if (!loaded) return KeepOrWithdraw(in_production, loaded.error());
  SetCurrent(*std::move(loaded));
  return true;
}

std::unexpected<Error> Deployments::KeepOrWithdraw(const std::vector<ModelVersion>& in_production,
                                                   const Error& why) {
  const auto current = Current();
  const bool keep = current && std::ranges::find(in_production, (*current)->version.name,
                                                 &ModelVersion::name) != in_production.end();
  if (!keep) SetCurrent(Fail(ErrorCode::kUnavailable, why.message, why.detail));
  return std::unexpected(why);
}

Result<ModelVersion> Deployments::Choose(const std::vector<ModelVersion>& in_production) const {
  if (settings_.model.empty()) {
    if (in_production.empty()) return NoneInProduction("");
    if (in_production.size() > 1) return SeveralInProduction(in_production);
    return in_production.front();
  }
  const auto found = std::ranges::find(in_production, settings_.model, &ModelVersion::name);
  if (found == in_production.end()) return NoneInProduction(settings_.model);
  return *found;
}

}  // namespace fairline
