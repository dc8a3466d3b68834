// XGBoost's C API, for attributions: since 3.4 it computes them by quadrature as Fairline does, in
// single precision. Its functions are found by name, so that nothing of it is needed to build.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "engine/contender.h"
#include "engine/library.h"

namespace fairline::bench {
namespace {

// A booster and the functions of the C API that are used; 0 is success.
struct Xgboost {
  using Handle = void*;

  Xgboost(const std::string& path, const std::string& model)
      : library(path),
        last_error(library.Find<const char*()>("XGBGetLastError")),
        matrix_create(
            library.Find<int(const char*, const char*, Handle*)>("XGDMatrixCreateFromDense")),
        matrix_free(library.Find<int(Handle)>("XGDMatrixFree")),
        set_parameter(library.Find<int(Handle, const char*, const char*)>("XGBoosterSetParam")),
        predict(library.Find<int(Handle, Handle, const char*, const uint64_t**, uint64_t*,
                                 const float**)>("XGBoosterPredictFromDMatrix")) {
    Succeed(library.Find<int(const Handle*, uint64_t, Handle*)>("XGBoosterCreate")(nullptr, 0,
                                                                                   &booster));
    Succeed(library.Find<int(Handle, const char*)>("XGBoosterLoadModel")(booster, model.c_str()));
  }

  void Succeed(int code) const { FAIRLINE_CHECK(code == 0, last_error()); }

  void Explain(std::span<const double> rows, size_t count, double* attributions,
               int threads) const {
    const std::string array =
        fmt::format(R"({{"data": [{}, true], "shape": [{}, {}], "typestr": "<f8", "version": 3}})",
                    reinterpret_cast<uintptr_t>(rows.data()), count, rows.size() / count);
    const std::string number = fmt::format("{}", threads);
    const std::string config = fmt::format(R"({{"missing": NaN, "nthread": {}}})", number);
    Handle matrix = nullptr;
    Succeed(set_parameter(booster, "nthread", number.c_str()));
    Succeed(matrix_create(array.c_str(), config.c_str(), &matrix));
    const uint64_t* shape = nullptr;
    uint64_t dimensions = 0;
    const float* values = nullptr;
    Succeed(predict(booster, matrix,
                    R"({"type": 2, "training": false, "iteration_begin": 0, "iteration_end": 0,
                        "strict_shape": false})",
                    &shape, &dimensions, &values));
    std::copy_n(values, count * (rows.size() / count + 1), attributions);
    Succeed(matrix_free(matrix));
  }

  Library library;
  const char* (*last_error)();
  int (*matrix_create)(const char*, const char*, Handle*);
  int (*matrix_free)(Handle);
  int (*set_parameter)(Handle, const char*, const char*);
  int (*predict)(Handle, Handle, const char*, const uint64_t**, uint64_t*, const float**);
  Handle booster = nullptr;
};

}  // namespace

Contender MakeXgboost(const std::string& library, const std::string& model, const Rows& rows) {
  const auto xgboost = std::make_shared<const Xgboost>(library, model);
  Contender made{.name = "XGBoost", .engine = "C API", .has_threads = true};
  made.shap_batch = [=, &rows](size_t begin, size_t end, double* attributions, int threads) {
    const size_t count = end - begin;
    xgboost->Explain({rows.Row(begin).data(), count * rows.features}, count, attributions, threads);
  };
  made.shap_row = [batch = made.shap_batch](size_t row, double* attributions) {
    batch(row, row + 1, attributions, 1);
  };
  return made;
}

}  // namespace fairline::bench
