using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace SpotifyClientCredentials.Soak;

/// <summary>
/// 64 callers, each with a call about every 75 ms. Some calls are synchronous, some are cancelled after a short wait, and some are of a user
/// endpoint while that's polled.
/// </summary>
internal sealed class Callers(IHttpClientFactory clients, SoakApi api, ServerRecord record, DisturbedClock clock, CallStatistics statistics)
{
    public const string ClientName = "spotify";

    private static readonly TimeSpan CancelAfter = TimeSpan.FromMilliseconds(20);

    // The call can wait for a token, and for another if the API rejects the first.
    private static readonly TimeSpan MaxDuration = (SoakSettings.TokenRequestTimeout * 2) + SoakSettings.Slack;

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, SoakSettings.Callers).Select(number => Task.Run(() => RunAsync(number, stop), CancellationToken.None)));

    private async Task RunAsync(int number, CancellationToken stop)
    {
        bool isSynchronous = number % 16 == 0;
        bool maySeekUser = number % 16 == 1;
        while (!stop.IsCancellationRequested)
        {
            using CancellationTokenSource cancellation = new();
            if (Random.Shared.Next(50) == 0)
            {
                cancellation.CancelAfter(CancelAfter);
            }

            ApiCall call = maySeekUser && api.IsUserEndpointPolled ? new ApiCall(ApiCall.UserPath) : ApiCall.OfCatalogue();
            await CallAsync(call, isSynchronous, cancellation.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100)), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task CallAsync(ApiCall call, bool isSynchronous, CancellationToken cancellationToken)
    {
        TimeSpan start = record.Now;
        int number = api.Begin(call);
        (string outcome, string? problem) = await GetOutcomeAsync(call, number, start, isSynchronous, cancellationToken);
        api.End(number);
        TimeSpan took = record.Now - start;
        // A caller's time limit stands still with its clock.
        TimeSpan stoodStill = took - (clock.Monotonic(start + took) - clock.Monotonic(start));
        statistics.Add(outcome, took, problem ?? (took > MaxDuration + stoodStill ? "it took too long" : null), start);
    }

    private async Task<(string Outcome, string? Problem)> GetOutcomeAsync(
        ApiCall call, int number, TimeSpan start, bool isSynchronous, CancellationToken cancellationToken)
    {
        try
        {
            // A new client for each call, as for a typed client.
            using HttpClient client = clients.CreateClient(ClientName);
            using HttpRequestMessage request = new(HttpMethod.Get, call.Path);
            request.Headers.Add(ApiCall.Header, number.ToString(CultureInfo.InvariantCulture));
            using HttpResponseMessage response = isSynchronous ? client.Send(request, cancellationToken) : await client.SendAsync(request, cancellationToken);
            return Judge(response.StatusCode, call);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (CallStatistics.CancelledByCaller, null);
        }
        catch (TokenRequestException e)
        {
            return ($"no token: {(e.IsTransient ? "transient" : e.Error ?? "permanent")}", record.ExplainsNoToken(start, record.Now, e.IsTransient) ? null : e.Message);
        }
        catch (HttpRequestException e)
        {
            return ($"no response: {e.HttpRequestError}", record.ExplainsNoConnection(start, record.Now) ? null : e.Message);
        }
        catch (Exception e) when (!Debugger.IsAttached)
        {
            return (e.GetType().Name, e.Message);
        }
    }

    private (string Outcome, string? Problem) Judge(HttpStatusCode status, ApiCall call)
    {
        bool needsUser = call.Path == ApiCall.UserPath;
        if (status != HttpStatusCode.Unauthorized)
        {
            return status == HttpStatusCode.OK && !needsUser
                ? (CallStatistics.Succeeded, null)
                : ($"{(int)status}", "a call may not get this status");
        }

        if (needsUser)
        {
            return ("401 of a user endpoint", null);
        }

        string? explanation = record.ExplainUnauthorized(call, record.Now);
        string requests = string.Join(", ", call.Requests.Select(request =>
            FormattableString.Invariant($"{request.Refusal} at {request.At.TotalSeconds:0.000} s, of a token issued at {request.Token?.RequestedAt.TotalSeconds:0.000} s")));
        return ($"401: {explanation ?? "no reason"}", explanation is null ? requests : null);
    }
}
