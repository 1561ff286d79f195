using System.Diagnostics;
using System.Net;

namespace SpotifyClientCredentials.Soak;

/// <summary>64 callers, each with a call about every 75 ms. Some calls are synchronous, and some are cancelled after a short wait.</summary>
internal sealed class Callers(IHttpClientFactory clients, ServerRecord record, CallStatistics statistics)
{
    public const string ClientName = "spotify";

    private static readonly TimeSpan CancelAfter = TimeSpan.FromMilliseconds(20);

    // The call can wait for a token, and for another if the API rejects the first.
    private static readonly TimeSpan MaxDuration = (SoakSettings.TokenRequestTimeout * 2) + SoakSettings.Slack;

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, SoakSettings.Callers).Select(number => Task.Run(() => RunAsync(number, stop), CancellationToken.None)));

    private async Task RunAsync(int number, CancellationToken stop)
    {
        bool isSynchronous = number % 16 == 0;
        while (!stop.IsCancellationRequested)
        {
            using CancellationTokenSource cancellation = new();
            if (Random.Shared.Next(50) == 0)
            {
                cancellation.CancelAfter(CancelAfter);
            }

            await CallAsync(isSynchronous, cancellation.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100)), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task CallAsync(bool isSynchronous, CancellationToken cancellationToken)
    {
        TimeSpan start = record.Now;
        string? problem = null;
        string outcome;
        try
        {
            // A new client for each call, as for a typed client.
            using HttpClient client = clients.CreateClient(ClientName);
            using HttpRequestMessage request = new(HttpMethod.Get, "tracks/4cOdK2wGLETKBW3PvgPWqT");
            using HttpResponseMessage response = isSynchronous ? client.Send(request, cancellationToken) : await client.SendAsync(request, cancellationToken);
            outcome = response.StatusCode == HttpStatusCode.OK ? CallStatistics.Succeeded : $"{(int)response.StatusCode}";
            problem = response.StatusCode == HttpStatusCode.OK ? null : "a call may not get this status";
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = CallStatistics.CancelledByCaller;
        }
        catch (TokenRequestException e)
        {
            outcome = $"no token: {(e.IsTransient ? "transient" : e.Error ?? "permanent")}";
            problem = record.ExplainsNoToken(start, record.Now) ? null : e.Message;
        }
        catch (HttpRequestException e)
        {
            outcome = $"no response: {e.HttpRequestError}";
            problem = record.ExplainsNoConnection(start, record.Now) ? null : e.Message;
        }
        catch (Exception e) when (!Debugger.IsAttached)
        {
            outcome = e.GetType().Name;
            problem = e.Message;
        }

        TimeSpan took = record.Now - start;
        statistics.Add(outcome, took, problem ?? (took > MaxDuration ? "it took too long" : null), start);
    }
}
