// Programs of PostgreSQL and tar, run as child processes with one end of a pipe in our hands.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

class ChildProcess {
 public:
  enum class Pipe { kNone, kOutput, kInput };

  struct Call {
    std::vector<std::string> words;  // the program first, as a path or found in PATH
    std::vector<std::pair<std::string, std::string>> environment;  // beside ours
    Pipe pipe = Pipe::kNone;
  };

  /// kNotFound when there is no such program.
  static Result<ChildProcess> Start(const Call& call);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  /// Ends it when it still runs.
  ~ChildProcess();

  /// What it writes to its standard output; empty at the end.
  Result<std::string> Read();
  /// To its standard input. kUnavailable when it does not read any more.
  Status Write(std::string_view bytes);
  /// Waits for its end; the input ends first. kUnavailable when it failed: the message names the
  /// program, the detail holds the end of what it said.
  Status Finish();

  bool IsRunning();
  /// Asks it to end and waits.
  void Stop(int signal);
  /// The end of what it wrote to its standard error.
  std::string Complaint() const;

 private:
  ChildProcess(std::string program, pid_t pid, int pipe, int complaints);
  void Reap(int status);

  std::string program_;
  pid_t pid_;        // -1 when it has ended
  int pipe_;         // our end, -1 when there is none
  int complaints_;   // a file in memory
  int status_ = -1;  // as waitpid gives it
};

}  // namespace fairline
