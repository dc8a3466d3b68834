// The program: words and environment in, exit code out.
#include <unistd.h>

#include <csignal>

#include "fairline/cli/app.h"
#include "fairline/cli/interrupt.h"

int main(int argc, char** argv) {
  // A closed pipe or connection, or a file at its size limit, is an error of that write, never the
  // end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  fairline::HandleInterrupts();
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.emplace_back(*variable);
  }
  return fairline::RunCommandLine({argv + 1, argv + argc}, environment);
}
