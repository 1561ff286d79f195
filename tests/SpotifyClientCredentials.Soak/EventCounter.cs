using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Soak;

/// <summary>Counts what the library logs, by event id.</summary>
internal sealed class EventCounter : ILoggerProvider, ILogger
{
    private readonly int[] _counts = new int[16];

    public int this[int eventId] => Volatile.Read(ref _counts[eventId]);

    public ILogger CreateLogger(string categoryName) => categoryName == typeof(ClientCredentialsTokenProvider).FullName
        ? this
        : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Interlocked.Increment(ref _counts[eventId.Id]);

    public void Dispose()
    {
    }
}
