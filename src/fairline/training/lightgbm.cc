// Each call is checked; LightGBM's messages go to our log (it writes to stdout otherwise, which
// belongs to data).
#include "fairline/training/lightgbm.h"

#include <LightGBM/c_api.h>
#include <fmt/format.h>

#include <limits>

#include "fairline/core/check.h"
#include "fairline/core/log.h"

namespace fairline {
namespace {

void LogLine(const char* text) {
  std::string_view line(text);
  while (line.ends_with('\n')) line.remove_suffix(1);
  if (!line.empty()) LogDebug("training.lightgbm", {{"message", line}});
}

/// LightGBM keeps the callback per thread.
void TakeOverLog() { LGBM_RegisterLogCallback(&LogLine); }

Status Checked(int status) {
  if (status == 0) return {};
  return Fail(ErrorCode::kInvalidArgument, fmt::format("LightGBM says: {}", LGBM_GetLastError()));
}

Status SetColumn(void* dataset, const char* name, std::span<const double> values) {
  const std::vector<float> narrow(values.begin(), values.end());
  return Checked(LGBM_DatasetSetField(dataset, name, narrow.data(), static_cast<int>(narrow.size()),
                                      C_API_DTYPE_FLOAT32));
}

/// The file ends with the parameters; the number of threads is the only one without influence on
/// the model, and would make the file depend on the machine.
std::string WithoutThreadCount(std::string text) {
  constexpr std::string_view kKey = "\n[num_threads: ";
  const size_t begin = text.rfind(kKey);
  if (begin == std::string::npos) return text;
  const size_t end = text.find(']', begin);
  return text.replace(begin + kKey.size(), end - begin - kKey.size(), "0");
}

}  // namespace

void LightGbmDataset::Free::operator()(void* handle) const { LGBM_DatasetFree(handle); }
void LightGbmBooster::Free::operator()(void* handle) const { LGBM_BoosterFree(handle); }

Result<LightGbmDataset> LightGbmDataset::Create(const LightGbmRows& rows,
                                                const std::string& parameters,
                                                const LightGbmDataset* reference) {
  const size_t columns = rows.names.size();
  FAIRLINE_CHECK(rows.values.size() == rows.target.size() * columns, "one target per row");
  if (rows.target.size() > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    return Fail(ErrorCode::kTooLarge, "LightGBM takes at most 2,147,483,647 rows");
  }
  TakeOverLog();
  void* handle = nullptr;
  FAIRLINE_TRY(Checked(LGBM_DatasetCreateFromMat(
      rows.values.data(), C_API_DTYPE_FLOAT64, static_cast<int32_t>(rows.target.size()),
      static_cast<int32_t>(columns), 1, parameters.c_str(),
      reference == nullptr ? nullptr : reference->handle_.get(), &handle)));
  LightGbmDataset dataset;
  dataset.handle_.reset(handle);
  FAIRLINE_TRY(SetColumn(handle, "label", rows.target));
  if (!rows.weights.empty()) FAIRLINE_TRY(SetColumn(handle, "weight", rows.weights));
  if (reference == nullptr) {
    std::vector<const char*> names;
    for (const std::string& name : rows.names) names.push_back(name.c_str());
    FAIRLINE_TRY(
        Checked(LGBM_DatasetSetFeatureNames(handle, names.data(), static_cast<int>(names.size()))));
  }
  return dataset;
}

Result<LightGbmBooster> LightGbmBooster::Create(const LightGbmDataset& train,
                                                const std::string& parameters) {
  TakeOverLog();
  void* handle = nullptr;
  FAIRLINE_TRY(Checked(LGBM_BoosterCreate(train.handle_.get(), parameters.c_str(), &handle)));
  LightGbmBooster booster;
  booster.handle_.reset(handle);
  return booster;
}

Status LightGbmBooster::AddValidation(const LightGbmDataset& validation) {
  return Checked(LGBM_BoosterAddValidData(handle_.get(), validation.handle_.get()));
}

Result<bool> LightGbmBooster::Boost() {
  int finished = 0;
  FAIRLINE_TRY(Checked(LGBM_BoosterUpdateOneIter(handle_.get(), &finished)));
  return finished == 0;
}

Result<double> LightGbmBooster::ValidationMetric() const {
  int count = 0;
  double value = 0;
  FAIRLINE_TRY(Checked(LGBM_BoosterGetEvalCounts(handle_.get(), &count)));
  FAIRLINE_CHECK(count == 1, "trainings watch one metric");
  FAIRLINE_TRY(Checked(LGBM_BoosterGetEval(handle_.get(), 1, &count, &value)));
  return value;
}

Result<std::string> LightGbmBooster::ModelText(int rounds) const {
  int64_t size = 0;  // with the closing zero byte
  FAIRLINE_TRY(Checked(LGBM_BoosterSaveModelToString(
      handle_.get(), 0, rounds, C_API_FEATURE_IMPORTANCE_SPLIT, 0, &size, nullptr)));
  std::string text(static_cast<size_t>(size), '\0');
  FAIRLINE_TRY(Checked(LGBM_BoosterSaveModelToString(
      handle_.get(), 0, rounds, C_API_FEATURE_IMPORTANCE_SPLIT, size, &size, text.data())));
  text.resize(static_cast<size_t>(size) - 1);
  return WithoutThreadCount(std::move(text));
}

}  // namespace fairline
