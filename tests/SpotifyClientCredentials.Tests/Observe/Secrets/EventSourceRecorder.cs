using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>
/// Keeps what .NET's public event sources of networking say, at every level and with every keyword. Those named
/// <c>Private.InternalDiagnostics.*</c> print whole requests; SECURITY.md says so.
/// </summary>
internal sealed class EventSourceRecorder : EventListener
{
    public static readonly string[] Sources = ["System.Net.Http", "System.Net.Sockets", "System.Net.Security", "System.Net.NameResolution"];

    // The base class reports the sources that exist already before this class has been constructed: initializers run earlier than that.
    private readonly ConcurrentQueue<(string Source, string Text)> _events = new();

    public string TextOf(string source) => string.Join('\n', _events.Where(written => written.Source == source).Select(written => written.Text));

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (Sources.Contains(eventSource.Name))
        {
            EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        string payload = string.Join(' ', (eventData.PayloadNames ?? []).Zip(eventData.Payload ?? [], (name, value) => $"{name}={value}"));
        _events.Enqueue((eventData.EventSource.Name, $"{eventData.EventName} {eventData.Message} {payload}"));
    }
}
