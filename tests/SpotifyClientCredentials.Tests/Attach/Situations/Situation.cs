using System.Globalization;
using System.Net;
using System.Text;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Situations;

/// <summary>
/// An application over simulated time: calls through the handler, a Web API that accepts what the test says, and a token endpoint that is in the
/// state that the test says. Only the public surface of the library is used. Tokens live for an hour.
/// </summary>
internal sealed class Situation : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // Near the default. No other timer is set for it, as a backoff before the margin may be for whole seconds.
    private static readonly TimeSpan TokenRequestTimeout = TimeSpan.FromSeconds(8.5);

    private readonly DateTimeOffset _start;
    private readonly List<DateTimeOffset> _issued = [];
    private readonly HttpClient _tokenClient;
    private readonly HttpClient _client;
    private readonly ClientCredentialsTokenProvider _provider;
    private readonly List<Call> _calls = [];
    private int _ended;

    public Situation(TestClock? clock = null)
    {
        Clock = clock ?? new TestClock();
        _start = Clock.GetUtcNow();
        SpotifyClientCredentialsOptions options = TestOptions.Create(options => options.TokenRequestTimeout = TokenRequestTimeout);
        _tokenClient = new HttpClient(new TokenEndpoint(this)) { Timeout = Timeout.InfiniteTimeSpan };
        _provider = new ClientCredentialsTokenProvider(_tokenClient, options, Clock, Logs.ForProvider());
        _client = new HttpClient(new BearerTokenHandler(_provider) { InnerHandler = new ScriptedApi(RespondToCall) })
        {
            BaseAddress = options.ApiBaseAddress,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public TestClock Clock { get; }

    public RecordingLoggerProvider Logs { get; } = new();

    /// <summary>The time since the start, by the wall clock.</summary>
    public TimeSpan Now => Clock.GetUtcNow() - _start;

    /// <summary>Whether the API accepts a token on a path. Tokens are numbered from 1.</summary>
    public Func<string, int, bool> Accepts { get; set; } = (_, _) => true;

    /// <summary>The state of the token endpoint.</summary>
    public Func<EndpointState> Endpoint { get; set; } = () => EndpointState.Healthy;

    public int TokenRequests { get; private set; }

    /// <summary>The number of the newest token.</summary>
    public int NewestToken => _issued.Count;

    /// <summary>The age of the oldest token that the API has received, by the wall clock.</summary>
    public TimeSpan OldestReceived { get; private set; }

    public IReadOnlyList<Call> Calls => _calls;

    public IEnumerable<Call> FailedCalls => _calls.Where(call => !call.Succeeded);

    public void Dispose()
    {
        _provider.Dispose();
        _client.Dispose();
        _tokenClient.Dispose();
    }

    public async Task<Call> CallAsync(string path)
    {
        TimeSpan at = Now;
        Exception? failure = null;
        HttpStatusCode? status = null;
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(path);
            status = response.StatusCode;
        }
        catch (TokenRequestException e)
        {
            failure = e;
        }

        Call call = new(path, at, status, failure);
        lock (_calls)
        {
            _calls.Add(call);
        }

        return call;
    }

    /// <summary>Lets time pass. Calls are made one after another, and time stands still while one waits: it may wait for nothing but the network.</summary>
    /// <param name="duration">The time that passes.</param>
    /// <param name="step">The time between two steps.</param>
    /// <param name="pathsAt">The paths that are called in a step. Steps are numbered from 0.</param>
    public async Task RunAsync(TimeSpan duration, TimeSpan step, Func<int, IEnumerable<string>> pathsAt)
    {
        for (int number = 0; number < duration / step; number++)
        {
            foreach (string path in pathsAt(number))
            {
                await CallAsync(path).Within();
            }

            await RequestsEndedAsync();
            Clock.Advance(step);
        }
    }

    /// <summary>Lets time pass. One call is made per step, and time goes on while it waits.</summary>
    public async Task RunConcurrentlyAsync(TimeSpan duration, TimeSpan step, string path)
    {
        List<Task> calls = [];
        for (int number = 0; number < duration / step; number++)
        {
            calls.Add(CallAsync(path));
            await RequestsEndedAsync();
            Clock.Advance(step);
        }

        await Task.WhenAll(calls).Within();
    }

    // Each acquisition sets a timer, its time limit, before the call that starts it returns, and logs its end.
    private async Task RequestsEndedAsync()
    {
        if (Clock.TimersSetFor(TokenRequestTimeout) != _ended)
        {
            await Soon.UntilAsync(() => (_ended = Logs.Entries.Count(entry => entry.EventId.Id is 1 or 2 or 3)) == Clock.TimersSetFor(TokenRequestTimeout));
        }
    }

    private HttpResponseMessage RespondToCall(SentRequest sent)
    {
        int token = int.Parse(sent.Header!.Parameter!["token-".Length..], CultureInfo.InvariantCulture);
        TimeSpan age = Clock.GetUtcNow() - _issued[token - 1];
        OldestReceived = age > OldestReceived ? age : OldestReceived;
        bool isAccepted = age < Lifetime && Accepts(sent.Uri!.AbsolutePath["/v1/".Length..], token);
        return ScriptedApi.Response(isAccepted ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
    }

    private sealed class TokenEndpoint(Situation situation) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            situation.TokenRequests++;
            switch (situation.Endpoint())
            {
                case EndpointState.Unavailable:
                    return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
                case EndpointState.ConnectionReset:
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection reset by peer");
                case EndpointState.Silent:
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                    break;
            }

            situation._issued.Add(situation.Clock.GetUtcNow());
            string body = $$"""{"access_token":"token-{{situation.NewestToken}}","token_type":"Bearer","expires_in":{{Lifetime.TotalSeconds}}}""";
            return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent(body, Encoding.UTF8, "application/json") };
        }
    }
}

internal enum EndpointState
{
    Healthy,
    Unavailable,
    ConnectionReset,
    Silent,
}

/// <summary>A call, when it started, and what the application got.</summary>
internal sealed record Call(string Path, TimeSpan At, HttpStatusCode? Status, Exception? Failure)
{
    public bool Succeeded => Status == HttpStatusCode.OK;
}
