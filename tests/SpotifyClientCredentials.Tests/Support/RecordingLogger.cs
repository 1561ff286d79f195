using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Records everything that is logged, at every level, including scopes.</summary>
internal sealed class RecordingLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <summary>Raised for each entry that any recorder of the process records.</summary>
    public static event Action<LogEntry>? Recorded;

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    /// <summary>All entries as one text that can be searched.</summary>
    public string Text => string.Join('\n', _entries.Select(entry => $"{entry.Level} {entry.Category} {entry.EventId} {entry.Message} {entry.Exception} {entry.Scopes}"));

    public IEnumerable<LogEntry> Events(int eventId) => Entries.Where(entry => entry.EventId.Id == eventId && entry.Category == typeof(ClientCredentialsTokenProvider).FullName);

    public void Add(LogEntry entry) => _entries.Enqueue(entry);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public ILogger<ClientCredentialsTokenProvider> ForProvider()
    {
        ILoggerFactory factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this));
        return factory.CreateLogger<ClientCredentialsTokenProvider>();
    }

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(RecordingLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            List<string> scopes = [];
            owner._scopes.ForEachScope((scope, all) => all.Add(scope?.ToString() ?? ""), scopes);
            string values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
            LogEntry entry = new(logLevel, category, eventId, formatter(state, exception), exception, string.Join(' ', scopes) + values);
            owner.Add(entry);
            Recorded?.Invoke(entry);
        }
    }
}

internal sealed record LogEntry(LogLevel Level, string Category, EventId EventId, string Message, Exception? Exception, string Scopes);
