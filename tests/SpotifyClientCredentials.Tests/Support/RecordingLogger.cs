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

    /// <summary>Runs in the code that logs.</summary>
    public Action<LogEntry>? OnAdded { get; set; }

    public void Add(LogEntry entry)
    {
        _entries.Enqueue(entry);
        OnAdded?.Invoke(entry);
    }

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
            KeyValuePair<string, object?>[] values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? [.. pairs] : [];
            string shown = string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"));
            LogEntry entry = new(logLevel, category, eventId, formatter(state, exception), exception, string.Join(' ', scopes) + shown) { Values = values };
            owner.Add(entry);
            Recorded?.Invoke(entry);
        }
    }
}

internal sealed record LogEntry(LogLevel Level, string Category, EventId EventId, string Message, Exception? Exception, string Scopes)
{
    /// <summary>The values in the message, by their names in its template, and the template itself.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Values { get; init; } = [];

    /// <summary>The names of the values, in the order of the template.</summary>
    public IEnumerable<string> Names => Values.Select(value => value.Key).Where(name => name != "{OriginalFormat}");

    public T Value<T>(string name) => Assert.IsType<T>(Values.Single(value => value.Key == name).Value);
}
