// LightGBM's C API at its best: the configuration of single rows is prepared once.
#include <LightGBM/c_api.h>
#include <fmt/format.h>

#include <memory>

#include "engine/contender.h"
#include "fairline/core/check.h"

namespace fairline::bench {
namespace {

BoosterHandle Load(const std::string& model_text) {
  BoosterHandle booster = nullptr;
  int iterations = 0;
  FAIRLINE_CHECK(LGBM_BoosterLoadModelFromString(model_text.c_str(), &iterations, &booster) == 0,
                 LGBM_GetLastError());
  return booster;
}

}  // namespace

Contender MakeLightGbm(const std::string& model_text, const Rows& rows) {
  const std::shared_ptr<void> booster(Load(model_text), LGBM_BoosterFree);
  const auto one_row = [=, &rows](int kind) {
    FastConfigHandle config = nullptr;
    FAIRLINE_CHECK(LGBM_BoosterPredictForMatSingleRowFastInit(
                       booster.get(), kind, 0, -1, C_API_DTYPE_FLOAT64,
                       static_cast<int32_t>(rows.features), "num_threads=1", &config) == 0,
                   LGBM_GetLastError());
    return [booster, &rows, fast = std::shared_ptr<void>(config, LGBM_FastConfigFree)](
               size_t row, double* result) {
      int64_t length = 0;
      FAIRLINE_CHECK(LGBM_BoosterPredictForMatSingleRowFast(fast.get(), rows.Row(row).data(),
                                                            &length, result) == 0,
                     LGBM_GetLastError());
    };
  };
  const auto batch = [=, &rows](int kind) {
    return [=, &rows](size_t begin, size_t end, double* results, int threads) {
      int64_t length = 0;
      const std::string parameters = fmt::format("num_threads={}", threads);
      FAIRLINE_CHECK(LGBM_BoosterPredictForMat(
                         booster.get(), rows.Row(begin).data(), C_API_DTYPE_FLOAT64,
                         static_cast<int32_t>(end - begin), static_cast<int32_t>(rows.features), 1,
                         kind, 0, -1, parameters.c_str(), &length, results) == 0,
                     LGBM_GetLastError());
    };
  };
  return {.name = "LightGBM",
          .engine = "C API",
          .has_threads = true,
          .score_row = one_row(C_API_PREDICT_RAW_SCORE),
          .score_batch = batch(C_API_PREDICT_RAW_SCORE),
          .shap_row = one_row(C_API_PREDICT_CONTRIB),
          .shap_batch = batch(C_API_PREDICT_CONTRIB),
          .model_load = [=] { LGBM_BoosterFree(Load(model_text)); }};
}

}  // namespace fairline::bench
