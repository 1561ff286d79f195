using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>
/// Records the events of .NET's public networking event sources, at every level and with every keyword. Those named
/// <c>Private.InternalDiagnostics.*</c> print whole requests, as SECURITY.md says.
/// </summary>
internal sealed class EventSourceRecorder : EventListener
{
    public static readonly string[] Sources = ["System.Net.Http", "System.Net.Sockets", "System.Net.Security", "System.Net.NameResolution"];

    // Field initializers run before the constructor of the base class, which already reports the existing sources.
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
