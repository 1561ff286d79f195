using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Observe;

/// <summary>A logger that never throws: a log that cannot be written must cost no caller its token, and no request its retry.</summary>
internal sealed class HarmlessLogger(ILogger? logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger?.IsEnabled(logLevel) == true;
        }
        catch
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger?.Log(logLevel, eventId, state, exception, formatter);
        }
        catch
        {
            // There is no other place to tell it.
        }
    }
}
