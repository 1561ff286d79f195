using System.Diagnostics;
using System.Net;

namespace SpotifyClientCredentials.Soak;

/// <summary>64 users of the library, each with a call every 75 ms or so, some of which block and some of which are impatient.</summary>
internal sealed class Callers(IHttpClientFactory clients, ServerRecord record, Figures figures)
{
    public const string ClientName = "spotify";

    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(20);

    // A token for the call, and another should it be rejected.
    private static readonly TimeSpan LongestWait = (SoakSettings.TokenRequestTimeout * 2) + SoakSettings.Slack;

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, SoakSettings.Callers).Select(number => Task.Run(() => RunAsync(number, stop), CancellationToken.None)));

    private async Task RunAsync(int number, CancellationToken stop)
    {
        bool blocks = number % 16 == 0;
        while (!stop.IsCancellationRequested)
        {
            using CancellationTokenSource own = new();
            if (Random.Shared.Next(50) == 0)
            {
                own.CancelAfter(MaxWait);
            }

            await CallAsync(blocks, own.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100)), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task CallAsync(bool blocks, CancellationToken cancellationToken)
    {
        TimeSpan start = record.Now;
        string? complaint = null;
        string outcome;
        try
        {
            // A client of its own for each call, as a typed client has.
            using HttpClient client = clients.CreateClient(ClientName);
            using HttpRequestMessage request = new(HttpMethod.Get, "tracks/4cOdK2wGLETKBW3PvgPWqT");
            using HttpResponseMessage response = blocks ? client.Send(request, cancellationToken) : await client.SendAsync(request, cancellationToken);
            outcome = response.StatusCode == HttpStatusCode.OK ? Figures.Responded : $"{(int)response.StatusCode}";
            complaint = response.StatusCode == HttpStatusCode.OK ? null : "no call may be answered so";
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = Figures.CancelledByCaller;
        }
        catch (TokenRequestException e)
        {
            outcome = $"no token: {(e.IsTransient ? "transient" : e.Error ?? "permanent")}";
            complaint = record.ExplainsNoToken(start, record.Now) ? null : e.Message;
        }
        catch (HttpRequestException e)
        {
            outcome = $"no answer: {e.HttpRequestError}";
            complaint = record.ExplainsNoConnection(start, record.Now) ? null : e.Message;
        }
        catch (Exception e) when (!Debugger.IsAttached)
        {
            outcome = e.GetType().Name;
            complaint = e.Message;
        }

        TimeSpan took = record.Now - start;
        figures.Add(outcome, took, complaint ?? (took > LongestWait ? "it took too long" : null), start);
    }
}
