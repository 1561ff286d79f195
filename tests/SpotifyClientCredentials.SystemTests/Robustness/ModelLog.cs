using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Passes on the ids of logged events.</summary>
internal sealed class ModelLog(Action<int> onLogged) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        onLogged(eventId.Id);
}
