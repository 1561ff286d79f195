using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Tests.Extensions8;

/// <summary>Writes every log entry of every level, with scopes and exceptions, to standard output.</summary>
internal sealed class StandardOutputLoggerProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Console.WriteLine($"scope {category} {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            foreach (string line in $"{formatter(state, exception)} {exception}".Split('\n'))
            {
                Console.WriteLine($"log {category} {line.Trim()}");
            }
        }
    }
}
