using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>What the types of the cache show, most of which are records, which print their members. No public member leads to them.</summary>
public sealed class StateSecrecyTests : IDisposable
{
    private const string First = "BQ-f1rst-t0ken";
    private const string Second = "BQ-s3cond-t0ken";

    private readonly TestProvider _test = new();
    private readonly SecretSearch _secrets = new SecretSearch()
        .AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("first token", First).Add("second token", Second);

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Show_OfEveryTypeOfTheCache_ShowsNoSecret()
    {
        TokenState state = await StateAsync();
        CachedToken current = state.Current!;
        AccessToken token = current.Token;
        OptionsSnapshot options = _test.Provider.Options.Current;
        AcquisitionRequest request = new(options, 0) { Current = current.Acquired, Rejected = token };
        using Acquisition acquisition = new(request, _test.Clock);
        object[] objects =
        [
            state, current, current.Acquired, state.Backoff!, state.Forced, state.Refused, new Refusal("GET /v1/me", token, IsAboutPath: true, 0),
            new TokenCall(options, token, TimeSpan.Zero, HasFailed: true), new TokenDecision(token, state.Backoff!.Failure, acquisition, new BackoffEnd(TimeSpan.Zero, _test.Clock)),
            request, acquisition, new AcquisitionResult(current), _test.Provider.Cache, _test.Provider.Wait, options,
        ];

        ObjectRecorder recorder = new();
        Array.ForEach(objects, recorder.Show);

        Assert.All(["ToString", "debugger", "JSON"], channel => _secrets.AssertNoneIn(recorder.TextOf(channel)));
        // The search proves something: the tokens are there, without their values.
        Assert.Contains("Current = CachedToken { Acquired = AcquiredToken { Token = Access token, expires on ", recorder.TextOf("ToString"), StringComparison.Ordinal);
        Assert.Contains("Path = GET /v1/me", recorder.TextOf("debugger"), StringComparison.Ordinal);
    }

    /// <summary>A state in which nothing is empty: two tokens, the second one rejected, a path that refuses it, and a failure.</summary>
    private async Task<TokenState> StateAsync()
    {
        Task<AccessToken> getting = _test.GetAsync();
        (await _test.AcquisitionAsync(1)).Grant(value: First);
        Task<AccessToken> replacing = _test.Provider.GetTokenAsync(await getting.Within()).AsTask();
        (await _test.AcquisitionAsync(2)).Grant(value: Second);
        AccessToken second = await replacing.Within();
        _test.Provider.Cache.OnRefusedByPath(second, "GET /v1/me");
        _test.Clock.Advance(TimeSpan.FromSeconds(1));
        _test.Provider.Reject(second);
        await _test.FailAcquisitionAsync();

        TokenState state = _test.Provider.Cache.State;
        Assert.Equal((Second, First, true, false), (state.Current!.Token.Value, state.Previous!.Value, state.Current.IsSuspect, state.Refused.IsEmpty));
        return state;
    }
}
