using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>One thread of the stress run, which uses provider and handler, one operation after another.</summary>
internal sealed class StressCaller(
    ClientCredentialsTokenProvider provider, StressWorld world, StressSource source, StressFindings findings, Random random) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new BearerTokenHandler(provider) { InnerHandler = new Api(world.Clock, source, findings, random) });
    private AccessToken? _last;
    private string? _replaced;

    public void Dispose() => _client.Dispose();

    /// <summary>Runs one operation and checks how it ended.</summary>
    /// <returns>Whether the provider was disposed.</returns>
    public bool Act()
    {
        if (random.Next(20) == 0)
        {
            _ = random.Next(3) == 0 ? world.ChangeOptions() : world.MoveClock();
        }

        CallStart start = new(world.Clock.GetTimestamp(), world.Clock.GetUtcNow(), world.SecretInForce);
        using CancellationTokenSource cancellation = new();
        try
        {
            switch (random.Next(100))
            {
                case 0 when _last is not null:
                    AccessToken other = Wait(provider.GetTokenAsync(_last, cancellation.Token));
                    _replaced = _last.Value;
                    Take(other, start);
                    findings.Count("replaced");
                    break;

                case 1 when _last is not null:
                    provider.Reject(_last);
                    findings.Count("rejection");
                    break;

                case < 15:
                    Task<AccessToken> getting = provider.GetTokenAsync(cancellation.Token).AsTask();
                    cancellation.Cancel();
                    Take(Wait(getting), start);
                    break;

                case < 20:
                    Send(isAsync: true, start, cancellation);
                    break;

                case < 25:
                    Send(isAsync: false, start, cancellation);
                    break;

                case < 30:
                    Take(provider.GetToken(cancellation.Token), start);
                    break;

                default:
                    Take(Wait(provider.GetTokenAsync(cancellation.Token)), start);
                    break;
            }
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested && e.CancellationToken == cancellation.Token)
        {
            findings.Count("cancelled by its caller");
        }
        catch (TokenRequestException e)
        {
            findings.Got(e);
            if (start.Sent > 0)
            {
                findings.Add("A caller got an exception instead of the 401.");
            }

            if (e.ErrorDescription is { } secret && StressWorld.NumberOf(secret) < start.Secret)
            {
                findings.Add("A caller got a failure of old credentials.");
            }

            findings.Count(e.Message.StartsWith("No token request is sent", StringComparison.Ordinal) ? "failure in backoff"
                : e.Message.StartsWith("The Web API rejected", StringComparison.Ordinal) ? "rejection refused"
                : "failure shared");
            // Nothing else can happen until the clock advances.
            Thread.Yield();
        }
        catch (ObjectDisposedException e) when (e.ObjectName == typeof(ClientCredentialsTokenProvider).FullName)
        {
            return true;
        }
        catch (Exception e)
        {
            findings.Add($"A caller got {e}");
        }

        return false;
    }

    private static T Wait<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : Wait(task.AsTask());

    private static T Wait<T>(Task<T> task) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Soon.HangLimit)
        ? task.GetAwaiter().GetResult()
        : throw new TimeoutException("The call hangs.");

    private void Take(AccessToken token, CallStart start)
    {
        _last = token;
        Check(token.Value, start, source, findings);
        if (token.Value == _replaced)
        {
            findings.Add("A caller got a token that had already been replaced.");
        }

        findings.Count("token");
    }

    // Another thread advances the clock, also between the provider's read of it and the caller's next step. But the provider reads it after
    // the call began, so a token that had reached its margin before the call must not be returned. This needs no tolerance.
    private static void Check(string token, CallStart start, StressSource source, StressFindings findings)
    {
        StressSource.Granted granted = source[token];
        if (granted.UsableUntil <= start.Timestamp || granted.UsableUntilUtc <= start.Time)
        {
            findings.Add("A token was returned past its margin.");
        }

        if (granted.Secret < start.Secret)
        {
            findings.Add("A token of old credentials was returned.");
        }
    }

    private void Send(bool isAsync, CallStart start, CancellationTokenSource cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"https://api.spotify.com/v1/{(random.Next(8) == 0 ? Api.UserPath : "tracks/1")}");
        request.Options.Set(Api.CallStartKey, start);
        using HttpResponseMessage response = isAsync ? Wait(_client.SendAsync(request, cancellation.Token)) : _client.Send(request, cancellation.Token);
        findings.Count($"call: {response.StatusCode} after {start.Sent} sent");
    }

    /// <summary>The time by both clocks and the current credentials before a call.</summary>
    private sealed record CallStart(long Timestamp, DateTimeOffset Time, int Secret)
    {
        /// <summary>How often the call's request was sent to the API.</summary>
        public int Sent { get; set; }
    }

    /// <summary>The Web API, which rejects a token now and then, and every token where a user is needed.</summary>
    private sealed class Api(TimeProvider clock, StressSource source, StressFindings findings, Random random) : HttpMessageHandler
    {
        public const string UserPath = "me";

        public static readonly HttpRequestOptionsKey<CallStart> CallStartKey = new("start");

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Options.TryGetValue(CallStartKey, out CallStart? start);
            Check(request.Headers.Authorization!.Parameter!, start!, source, findings);
            if (++start!.Sent > 2)
            {
                findings.Add("A request was sent more than twice.");
            }

            bool isRejected = request.RequestUri!.AbsolutePath.EndsWith(UserPath, StringComparison.Ordinal) || clock.GetTimestamp() % 97 == 0 || random.Next(50) == 0;
            return new HttpResponseMessage(isRejected ? HttpStatusCode.Unauthorized : HttpStatusCode.OK) { RequestMessage = request };
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }
}
