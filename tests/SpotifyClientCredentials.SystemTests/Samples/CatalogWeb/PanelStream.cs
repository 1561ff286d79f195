using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>The server-sent events of the panel.</summary>
internal sealed class PanelStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly CancellationTokenSource _limit = new(SampleStart.HangLimit);

    private PanelStream(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _events = SseParser.Create(stream).EnumerateAsync(_limit.Token).GetAsyncEnumerator();
    }

    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    /// <summary>All that has come so far.</summary>
    public string Text { get; private set; } = "";

    public static async Task<PanelStream> OpenAsync(WebProcess web)
    {
        HttpResponseMessage response = await web.Client.GetAsync("api/panel", HttpCompletionOption.ResponseHeadersRead);
        return new PanelStream(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Reads on to the first state that is as wanted.</summary>
    public async Task<JsonElement> ReadUntilAsync(Func<JsonElement, bool> isWanted)
    {
        while (await _events.MoveNextAsync())
        {
            Text += $"{_events.Current.EventType}: {_events.Current.Data}\n";
            JsonElement state = JsonElement.Parse(_events.Current.Data);
            if (isWanted(state))
            {
                return state;
            }
        }

        throw new EndOfStreamException(Text);
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        _response.Dispose();
        _limit.Dispose();
    }
}
