using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A logger that throws, and counts how often.</summary>
internal sealed class ThrowingLogger : ILogger<ClientCredentialsTokenProvider>
{
    public const string Message = "The log is full.";

    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => throw Failure();

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw Failure();

    private InvalidOperationException Failure()
    {
        Interlocked.Increment(ref _calls);
        return new InvalidOperationException(Message);
    }
}
