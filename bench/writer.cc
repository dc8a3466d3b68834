// Feeds finished decisions to the DecisionWriter at a steady rate and measures how long each waits
// to be durable, beside a probe that syncs the same bytes. One line of JSON comes out.
//
//   bench_writer DATABASE_URL BUNDLE APPLICANTS.csv RATE SECONDS
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/bundle_folder.h"
#include "fairline/core/check.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/deployment.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kDifferentDecisions = 500;
constexpr int kProducers = 2;
constexpr auto kTick = std::chrono::milliseconds(1);

struct Arguments {
  std::string database, bundle, applicants;
  double rate = 0, seconds = 0;
};

double Seconds(SteadyClock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

double CpuSeconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + at);
  return values[static_cast<size_t>(at)];
}

Result<std::vector<DecisionRecord>> Decisions(const Arguments& arguments, Store& store) {
  const BundleFiles files = FAIRLINE_TRY(ReadBundleFolder(arguments.bundle));
  auto registered = store.registry().List("bench");
  if (!registered) {
    FAIRLINE_TRY(store.registry().Register("bench", files, "", {"bench", "bench"}));
    registered = store.registry().List("bench");
  }
  const auto deployment = FAIRLINE_TRY(
      LoadDeployment(store.registry(), registered->front(), {}, "consumer_loan", "USD"));
  const auto file = FAIRLINE_TRY(ApplicantFile::Open(
      arguments.applicants, deployment->bundle.plan.signature(), {.features = true}));
  ApplicantChunk chunk;
  FAIRLINE_TRY(file->Next(kDifferentDecisions, chunk));
  std::vector<DecisionRecord> records;
  for (const Json& features : chunk.features) {
    Application application = FAIRLINE_TRY(ReadApplication(*deployment, features));
    records.push_back(
        FAIRLINE_TRY(Decide(*deployment, std::move(application), SystemClock(), store.ids())));
  }
  return records;
}

class Load {
 public:
  Load(const Arguments& arguments, Store& store, DecisionWriter& writer,
       std::vector<DecisionRecord> records)
      : arguments_(arguments), store_(store), writer_(writer), records_(std::move(records)) {}

  void Run() {
    const auto begin = SteadyClock::now();
    {
      std::vector<std::jthread> producers;
      for (int i = 0; i < kProducers; ++i)
        producers.emplace_back([this, i, begin] { Produce(i, begin); });
    }
    while (answered_ < submitted_) std::this_thread::sleep_for(kTick);
    elapsed_ = Seconds(SteadyClock::now() - begin);
  }

  std::vector<double> TakeLatencies() { return std::move(latencies_); }
  int64_t stored() const { return stored_; }
  int64_t refused() const { return answered_ - stored_; }
  double elapsed() const { return elapsed_; }
  double producer_cpu() const { return producer_cpu_; }

 private:
  // Each tick submits what the rate has become due; a producer that falls behind catches up.
  void Produce(int producer, SteadyClock::time_point begin) {
    const double rate = arguments_.rate / kProducers;
    int64_t sent = 0;
    while (true) {
      const double now = Seconds(SteadyClock::now() - begin);
      const auto due = static_cast<int64_t>(std::min(now, arguments_.seconds) * rate);
      for (; sent < due; ++sent) Submit(static_cast<size_t>(sent * kProducers + producer));
      if (now >= arguments_.seconds) break;
      std::this_thread::sleep_for(kTick);
    }
    const std::lock_guard lock(mutex_);
    producer_cpu_ += CpuSeconds(RUSAGE_THREAD);
  }

  void Submit(size_t number) {
    DecisionRecord record = records_[number % records_.size()];
    record.decision_id = store_.ids().Next();
    record.prediction_id = store_.ids().Next();
    record.application_id = store_.ids().Next();
    record.applicant_id = store_.ids().Next();
    record.created_at_micros = SystemClock().NowMicros();
    record.application.external_ref = record.applicant_id;  // everybody is new
    ++submitted_;
    writer_.Submit(std::move(record), {},
                   [this, at = SteadyClock::now()](const Result<Committed>& committed) {
                     if (committed) {
                       ++stored_;
                       const std::lock_guard lock(mutex_);
                       latencies_.push_back(Seconds(SteadyClock::now() - at) * 1e3);
                     }
                     ++answered_;
                   });
  }

  const Arguments& arguments_;
  Store& store_;
  DecisionWriter& writer_;
  const std::vector<DecisionRecord> records_;
  std::atomic<int64_t> submitted_ = 0, answered_ = 0, stored_ = 0;
  std::mutex mutex_;
  std::vector<double> latencies_;
  double producer_cpu_ = 0, elapsed_ = 0;
};

// Appends and syncs as many bytes as a commit wrote lately, as often as commits came.
class Probe {
 public:
  Probe(std::filesystem::path file, double bytes, double per_second)
      : bytes_(static_cast<size_t>(bytes)),
        file_(std::move(file)),
        thread_([this, per_second](std::stop_token stop) { Run(stop, per_second); }) {}

  std::vector<double> Stop() {
    thread_.request_stop();
    thread_.join();
    std::filesystem::remove(file_);
    return std::move(latencies_);
  }

 private:
  void Run(const std::stop_token& stop, double per_second) {
    const int descriptor = open(file_.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    const std::string block(bytes_, 'x');
    const auto period = std::chrono::duration<double>(1 / per_second);
    while (!stop.stop_requested()) {
      const auto begin = SteadyClock::now();
      FAIRLINE_CHECK(
          write(descriptor, block.data(), block.size()) == static_cast<ssize_t>(block.size()),
          "the probe writes");
      fdatasync(descriptor);
      latencies_.push_back(Seconds(SteadyClock::now() - begin) * 1e3);
      std::this_thread::sleep_for(period);
    }
    close(descriptor);
  }

  const size_t bytes_;
  const std::filesystem::path file_;
  std::vector<double> latencies_;
  std::jthread thread_;
};

Result<std::string> Measure(const Arguments& arguments) {
  const auto folder = std::filesystem::current_path();
  Config config;
  FAIRLINE_TRY(config.ApplyFlag("storage.directory", folder.string(), "bench"));
  FAIRLINE_TRY(config.ApplyFlag("storage.database", arguments.database, "bench"));
  Metrics metrics;
  const auto store = FAIRLINE_TRY(Store::OpenOrCreate(config, &metrics));
  Vault& vault = *FAIRLINE_TRY(store->OpenVault());
  auto records = FAIRLINE_TRY(Decisions(arguments, *store));
  DecisionWriter writer(store->database(), vault, store->ids(), metrics);
  Probe probe(folder / "probe.tmp", 100'000, 20);
  const double cpu_before = CpuSeconds(RUSAGE_SELF);
  Load load(arguments, *store, writer, std::move(records));
  load.Run();
  const double cpu = CpuSeconds(RUSAGE_SELF) - cpu_before;
  std::vector<double> latencies = load.TakeLatencies(), probes = probe.Stop();
  const auto stored = static_cast<double>(load.stored());
  return Json(Json::Object{{"decisions_per_s", stored / load.elapsed()},
                           {"stored", load.stored()},
                           {"refused", load.refused()},
                           {"p50_ms", Quantile(latencies, 0.5)},
                           {"p99_ms", Quantile(latencies, 0.99)},
                           {"max_ms", Quantile(latencies, 1)},
                           {"probe_p50_ms", Quantile(probes, 0.5)},
                           {"probe_p99_ms", Quantile(probes, 0.99)},
                           {"cpu_us_per_decision", cpu / stored * 1e6},
                           {"producer_cpu_us_per_decision", load.producer_cpu() / stored * 1e6},
                           {"metrics", metrics.Text()}})
      .Dump();
}

}  // namespace
}  // namespace fairline

int main(int count, char** values) {
  if (count != 6) {
    std::fputs("usage: bench_writer DATABASE_URL BUNDLE APPLICANTS.csv RATE SECONDS\n", stderr);
    return 2;
  }
  const fairline::Arguments arguments{values[1], values[2], values[3], std::atof(values[4]),
                                      std::atof(values[5])};
  const auto report = fairline::Measure(arguments);
  if (!report) {
    std::fprintf(stderr, "bench_writer: %s (%s)\n", report.error().message.c_str(),
                 report.error().detail.c_str());
    return 1;
  }
  std::puts(report->c_str());
  return 0;
}
