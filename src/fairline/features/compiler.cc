// Signature + definitions -> plan: names become positions, what does not apply is left out by name,
// and what a decision cannot know yet is refused.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "fairline/features/pattern.h"
#include "fairline/features/plan.h"
#include "fairline/features/post_decision.h"

namespace fairline {

class PlanCompiler {
 public:
  PlanCompiler(Signature signature, CategoricalHandling handling) {
    plan_.signature_ = std::move(signature);
    plan_.handling_ = handling;
    AddRawInputs();
  }

  void AddDefinitions(const std::vector<FeatureDefinition>& definitions) {
    for (const auto& definition : definitions) later_.insert(definition.name);
    for (const auto& definition : definitions) {
      later_.erase(definition.name);
      AddDefinition(definition);
    }
  }

  FeaturePlan Finish() && { return std::move(plan_); }

 private:
  // The positions of a definition's inputs, and what stands in its way.
  struct Inputs {
    std::vector<uint32_t> positions;
    std::vector<std::string> absent;  // reasons that `any_input` forgives
    std::vector<std::string> wrong;   // reasons that nothing does
  };

  const std::vector<Field>& fields() const { return plan_.signature_.fields(); }

  void AddRawInputs() {
    for (size_t i = 0; i < fields().size(); ++i) {
      const Field& field = fields()[i];
      if (!field.is_model_input) continue;
      const bool categorical = field.type == ColumnType::kCategorical;
      Add({.name = field.name,
           .categorical = categorical && plan_.handling_ == CategoricalHandling::kNative,
           .availability = field.availability,
           .inputs = {field.name}});
      plan_.raw_inputs_.push_back({i, categorical, field.missing_values});
    }
  }

  void Add(Feature feature) {
    position_.emplace(feature.name, static_cast<uint32_t>(plan_.features_.size()));
    plan_.features_.push_back(std::move(feature));
  }

  void AddDefinition(const FeatureDefinition& definition) {
    if (plan_.signature_.Find(definition.name) >= 0) {
      plan_.left_out_.push_back({definition.name, "already a column"});
      return;
    }
    Inputs inputs = Resolve(definition);
    std::vector<std::string> reasons = std::move(inputs.wrong);
    if (!definition.any_input || inputs.positions.empty()) {
      std::ranges::move(inputs.absent, std::back_inserter(reasons));
    }
    if (!reasons.empty()) {
      plan_.left_out_.push_back({definition.name, fmt::format("{}", fmt::join(reasons, "; "))});
      return;
    }
    Add(Describe(definition, inputs.positions));
    plan_.derived_.push_back({definition, std::move(inputs.positions)});
  }

  Inputs Resolve(const FeatureDefinition& definition) const {
    Inputs inputs;
    for (const auto& name : definition.inputs) {
      IsPattern(name) ? ResolvePattern(name, inputs) : ResolveName(name, inputs);
    }
    return inputs;
  }

  void ResolveName(const std::string& name, Inputs& inputs) const {
    const auto found = position_.find(name);
    if (found != position_.end()) {
      Take(found->second, inputs);
    } else {
      inputs.absent.push_back(fmt::format("input {} {}", name, WhyAbsent(name)));
    }
  }

  // A pattern stands for model inputs only, as if the other fields were not there.
  void ResolvePattern(const std::string& pattern, Inputs& inputs) const {
    bool fits = false;
    for (size_t i = 0; i < plan_.raw_inputs_.size(); ++i) {
      if (!MatchesPattern(pattern, plan_.features_[i].name)) continue;
      fits = true;
      Take(static_cast<uint32_t>(i), inputs);
    }
    if (!fits) inputs.absent.push_back(fmt::format("no model input fits {}", pattern));
  }

  void Take(uint32_t position, Inputs& inputs) const {
    if (position < plan_.raw_inputs_.size() && plan_.raw_inputs_[position].categorical) {
      inputs.wrong.push_back(
          fmt::format("input {} holds categories", plan_.features_[position].name));
    } else {
      inputs.positions.push_back(position);
    }
  }

  std::string WhyAbsent(const std::string& name) const {
    const int index = plan_.signature_.Find(name);
    if (index >= 0) return fmt::format("has the role {}", FieldRoleName(fields()[index].role));
    const auto is_it = [&](const LeftOut& left_out) { return left_out.name == name; };
    if (std::ranges::any_of(plan_.left_out_, is_it)) return "is left out itself";
    if (later_.contains(name)) return "is defined later: define it first";
    return "is absent";
  }

  Feature Describe(const FeatureDefinition& definition,
                   const std::vector<uint32_t>& positions) const {
    Feature feature{.name = definition.name};
    for (const uint32_t position : positions) {
      const Feature& input = plan_.features_[position];
      feature.availability = std::max(feature.availability, input.availability);
      for (const auto& raw : input.inputs) {
        if (std::ranges::find(feature.inputs, raw) == feature.inputs.end()) {
          feature.inputs.push_back(raw);
        }
      }
    }
    return feature;
  }

  FeaturePlan plan_;
  std::unordered_map<std::string, uint32_t> position_;  // of model inputs, by name
  std::unordered_set<std::string> later_;               // definitions not looked at yet
};

namespace {

std::vector<std::string> PostDecisionInputs(const Signature& signature) {
  std::vector<std::string> found;
  for (const Field& field : signature.fields()) {
    const bool by_name = !field.availability_declared && IsKnownPostDecisionColumn(field.name);
    const bool by_time = field.availability == Availability::kAfterDecision;
    if (field.is_model_input && (by_name || by_time)) found.push_back(field.name);
  }
  return found;
}

std::unexpected<Error> RefusePostDecision(const std::vector<std::string>& inputs) {
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("a model may not learn from what is known only after the decision: {}; "
                          "declare `role: ignored` for each, or, where its name misleads, the "
                          "`availability` (application or bureau) of its value",
                          fmt::join(inputs, ", ")));
}

Status RefuseDuplicates(const std::vector<FeatureDefinition>& definitions) {
  std::unordered_set<std::string_view> names;
  for (const auto& definition : definitions) {
    if (!names.insert(definition.name).second) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("feature {} is defined twice", definition.name));
    }
  }
  return {};
}

Signature WithMissingValues(const Signature& signature, const std::vector<MissingValues>& all) {
  std::vector<Field> fields = signature.fields();
  for (const auto& [name, values] : all) {
    const int index = signature.Find(name);
    if (index < 0 || fields[index].type != ColumnType::kNumeric) continue;
    auto& known = fields[index].missing_values;
    for (const double value : values) {
      if (std::ranges::find(known, value) == known.end()) known.push_back(value);
    }
  }
  return Signature(std::move(fields));
}

}  // namespace

Result<FeaturePlan> FeaturePlan::Compile(const Signature& signature, const FeatureSet& set,
                                         CategoricalHandling handling, PostDecision post_decision) {
  std::vector<std::string> late = PostDecisionInputs(signature);
  if (!late.empty() && post_decision == PostDecision::kRefused) return RefusePostDecision(late);
  FAIRLINE_TRY(RefuseDuplicates(set.definitions));
  PlanCompiler compiler(WithMissingValues(signature, set.missing_values), handling);
  compiler.AddDefinitions(set.definitions);
  FeaturePlan plan = std::move(compiler).Finish();
  plan.post_decision_ = std::move(late);
  return plan;
}

Result<FeaturePlan> FeaturePlan::Identity(const Signature& signature, PostDecision post_decision) {
  for (const Field& field : signature.fields()) {
    if (field.is_model_input && field.type == ColumnType::kCategorical) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} holds text, but encoded data is numbers only: declare it "
                              "`role: ignored`, or leave `encoded` out",
                              field.name));
    }
  }
  return Compile(signature, {}, CategoricalHandling::kOrdinal, post_decision);
}

}  // namespace fairline
