using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>One thread of the stress run that uses provider and handler, one operation after the other.</summary>
internal sealed class StressCaller(
    ClientCredentialsTokenProvider provider, StressWorld world, StressSource source, StressFindings findings, Random random) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new BearerTokenHandler(provider) { InnerHandler = new Api(world.Clock, source, findings, random) });
    private AccessToken? _last;
    private string? _replaced;

    public void Dispose() => _client.Dispose();

    /// <summary>Does one thing, and holds how it ended against what it may end in.</summary>
    /// <returns>Whether the provider was disposed.</returns>
    public bool Act()
    {
        if (random.Next(20) == 0)
        {
            _ = random.Next(3) == 0 ? world.ChangeOptions() : world.MoveClock();
        }

        Decide look = new(world.Clock.GetTimestamp(), world.SecretInForce);
        using CancellationTokenSource own = new();
        try
        {
            switch (random.Next(100))
            {
                case 0 when _last is not null:
                    _replaced = provider.TryReplace(_last) ? _last.Value : _replaced;
                    findings.Count("rejection");
                    break;

                case 1 when _last is not null:
                    provider.Invalidate(_last);
                    break;

                case < 15:
                    Task<AccessToken> getting = provider.GetTokenAsync(own.Token).AsTask();
                    own.Cancel();
                    Take(Wait(getting), look);
                    break;

                case < 20:
                    Send(isAsync: true, look, own);
                    break;

                case < 25:
                    Send(isAsync: false, look, own);
                    break;

                case < 30:
                    Take(provider.GetToken(own.Token), look);
                    break;

                default:
                    Take(Wait(provider.GetTokenAsync(own.Token)), look);
                    break;
            }
        }
        catch (OperationCanceledException e) when (own.IsCancellationRequested && e.CancellationToken == own.Token)
        {
            findings.Count("cancelled by its caller");
        }
        catch (TokenRequestException e)
        {
            findings.Got(e);
            if (e.ErrorDescription is { } secret && StressWorld.NumberOf(secret) < look.Secret)
            {
                findings.Add("A caller got a failure of old credentials.");
            }

            findings.Count(e.RetryAfter is null ? "failure shared" : "failure in the cooldown");
            // The clock has to go on before there can be anything else.
            Thread.Yield();
        }
        catch (ObjectDisposedException e) when (e.ObjectName == typeof(ClientCredentialsTokenProvider).FullName)
        {
            return true;
        }
        catch (Exception e)
        {
            findings.Add($"A caller got {e.GetType().Name}: {e.Message}");
        }

        return false;
    }

    private static T Wait<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : Wait(task.AsTask());

    private static T Wait<T>(Task<T> task) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Soon.HangLimit)
        ? task.GetAwaiter().GetResult()
        : throw new TimeoutException("It hangs.");

    private void Take(AccessToken token, Decide look)
    {
        _last = token;
        Check(token.Value, look, source, findings);
        if (token.Value == _replaced)
        {
            findings.Add("A caller got a token that had been replaced.");
        }

        findings.Count("token");
    }

    // The clock goes on in another thread, also between the provider's look at it and the caller's next step. But no look can be older than
    // the call, so that a token whose margin had been reached before the call must not come out of it: without any tolerance.
    private static void Check(string token, Decide look, StressSource source, StressFindings findings)
    {
        StressSource.Granted granted = source[token];
        if (granted.UsableUntil <= look.Timestamp)
        {
            findings.Add("A token was handed out past its margin.");
        }

        if (granted.Secret < look.Secret)
        {
            findings.Add("A token of old credentials was handed out.");
        }
    }

    private void Send(bool isAsync, Decide look, CancellationTokenSource own)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "https://api.spotify.com/v1/tracks/1");
        request.Options.Set(Api.LookKey, look);
        using HttpResponseMessage response = isAsync ? Wait(_client.SendAsync(request, own.Token)) : _client.Send(request, own.Token);
        findings.Count($"call: {response.StatusCode}");
    }

    /// <summary>The time, and the credentials in force, before a call.</summary>
    private sealed record Decide(long Timestamp, int Secret);

    /// <summary>The Web API, which rejects a token now and then.</summary>
    private sealed class Api(TimeProvider clock, StressSource source, StressFindings findings, Random random) : HttpMessageHandler
    {
        public static readonly HttpRequestOptionsKey<Decide> LookKey = new("look");

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Options.TryGetValue(LookKey, out Decide? look);
            Check(request.Headers.Authorization!.Parameter!, look!, source, findings);
            return new HttpResponseMessage(clock.GetTimestamp() % 97 == 0 || random.Next(50) == 0 ? HttpStatusCode.Unauthorized : HttpStatusCode.OK) { RequestMessage = request };
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }
}
