// The model bundle: one folder that is all serving needs, and a valid MLflow model. Here it is a
// value and a set of named files (bytes); registry and cli move the files. Format:
// docs/reference/bundle.md.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/features/plan.h"
#include "fairline/models/calibration.h"
#include "fairline/models/model.h"
#include "fairline/models/score_scale.h"

namespace fairline {

/// What the two mistakes cost, in the same unit: approving a default, refusing a good applicant.
struct CostMatrix {
  double false_negative = 10;
  double false_positive = 1;
};

enum class ProbabilityKind { kPd, kModelScore };
std::string_view ProbabilityKindName(ProbabilityKind kind);  // pd, model_score

/// The cut-off, bound to the model it was derived for: REJECT iff probability >= threshold.
struct CutOff {
  double threshold = 0;
  ProbabilityKind kind = ProbabilityKind::kPd;
  std::string origin;        // "cost_matrix", "f_beta", "fixed"
  std::string model_sha256;  // of the model file; another model's threshold is refused
  CostMatrix costs;
};

/// One reason an applicant can be given: the features (by their names in the plan) whose
/// attributions are added up, its code and its words for a person.
struct ReasonGroup {
  std::string code;
  std::string text;
  std::vector<std::string> features;
};

/// Mean attribution of each model feature over a stated population. Empty when the bundle was
/// imported without data: then no reason is given.
struct ReferenceValues {
  std::string method;  // as AttributionsOf the model
  std::string space;
  struct Population {
    std::string name;  // "all", "at_cutoff"
    std::string description;
    int64_t rows = 0;
    std::vector<double> mean;  // one per model feature
  };
  std::vector<Population> populations;
  const Population* Find(std::string_view name) const;
};

struct ModelBundle {
  std::string model_text;  // the model file as trained or imported
  Model model;             // parsed from model_text
  FeaturePlan plan;
  std::optional<Calibrator> calibrator;
  std::optional<CutOff> cut_off;
  ScoreScale score_scale;
  std::vector<ReasonGroup> reason_groups;
  ReferenceValues references;
  Json baseline;  // per-feature histograms of the training rows (drift)
  Json report;    // validation report of training
  Json lineage;   // code version, seed, parameters, training-data fingerprint

  /// Everything a reader relies on, checked on write and on read: the plan gives the features the
  /// model was trained on (names compared as LightGBM writes them), every reason group names
  /// features and none twice, references have one mean per feature, the calibration does not fall,
  /// the cut-off belongs to this model file (else kFailedPrecondition) and lies in (0, 1], the
  /// score scale is the scorecard's where the model is one.
  Status Validate() const;
};

/// Relative file name -> bytes.
using BundleFiles = std::map<std::string, std::string>;

/// Validates first. `bundle.json` holds the format version and the SHA-256 of every other file. The
/// same bundle gives the same bytes.
Result<BundleFiles> WriteBundle(const ModelBundle& bundle);
/// kDataLoss naming the file when a checksum is wrong, a file is missing or one is there that
/// bundle.json does not list; kUnsupported for a newer format.
Result<ModelBundle> ReadBundle(const BundleFiles& files);
/// The bundle's identity: SHA-256 of its bundle.json.
std::string BundleDigest(const BundleFiles& files);

/// A bundle of a bare model: a signature of its feature names (all numeric and required; categories
/// are given as the numbers the model was trained on), the identity plan, no calibration, no
/// cut-off, no reasons.
Result<ModelBundle> BundleOfBareModel(std::string model_text);

/// The three numbers of a score (DESIGN: Words).
struct Score {
  double raw_score = 0;
  double model_score = 0;
  std::optional<double> pd;
};
/// What the model's output (models/engine/scorer.h) means for this bundle.
Score ScoreOf(const ModelBundle& bundle, const ModelOutput& output);

}  // namespace fairline
