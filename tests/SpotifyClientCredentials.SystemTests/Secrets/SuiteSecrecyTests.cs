using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Secrets;

/// <summary>
/// Every test of what the library does, run once more while every channel that can be listened to is recorded: no secret in any.
/// </summary>
/// <remarks>What an object shows of itself has to be asked of it: see <see cref="BehaviourSecrecyTests"/>, which does.</remarks>
[Collection(NonParallel.Name)]
public sealed partial class SuiteSecrecyTests(ITestOutputHelper output)
{
    private static readonly string[] Watched = ["Clients", "Handler", "Observability", "Provider", "Registration", "Sharing", "Testing", "Wire"];

    [Fact]
    public async Task Suite_WatchedInEveryChannelThatCanBeListenedTo_TellsNoSecret()
    {
        using Observation observation = new();
        using SentSecrets sent = new();
        SuiteRun run = await RunAsync(observation);

        sent.AddTo(observation.Secrets);
        observation.Secrets.AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("scripted token", ScriptedToken());
        observation.AssertNoLeak("log", "exception", "activity", "metric", "System.Net.Http", "System.Net.Sockets");
        // Not before: what has leaked may have failed a test, too.
        Assert.True(run.Failed.IsEmpty, string.Join(Environment.NewLine, run.Failed));
        Assert.InRange(run.Passed.Count, 1000, int.MaxValue);
        Assert.InRange(sent.Count, 100, int.MaxValue);
        output.WriteLine($"secrets: {run.Passed.Count} tests watched, {sent.Count} secrets sent, none found in {observation.Channels.Sum(channel => channel.Value.Length):N0} characters");
    }

    /// <summary>The search above would find nothing, too, if its pattern fitted no token.</summary>
    [Theory]
    [InlineData("token-17")]
    [InlineData("BQ-t0k3n_t0k3n-t0k3n")]
    public void ScriptedToken_OfATokenInAText_IsFound(string token) => Assert.Equal(token, ScriptedToken().Match($"token_request {token}, 1").Value);

    private static async Task<SuiteRun> RunAsync(Observation observation)
    {
        DistributedContextPropagator propagator = DistributedContextPropagator.Current;
        try
        {
            // A request that is traced would carry headers of which the tests of the wire know nothing.
            DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator();
            RecordingLoggerProvider.Recorded += observation.Log.Add;
            TestContainer.Watcher = observation.Log;
            AppDomain.CurrentDomain.FirstChanceException += Show;
            return await SuiteRun.OfAsync((type, test) => IsWatched(type) && test.GetCustomAttribute<UnwatchedAttribute>() is null);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Show;
            TestContainer.Watcher = null;
            RecordingLoggerProvider.Recorded -= observation.Log.Add;
            DistributedContextPropagator.Current = propagator;
        }

        // Others are caught inside of the library, or are the test's own.
        void Show(object? sender, FirstChanceExceptionEventArgs thrown)
        {
            if (thrown.Exception is TokenRequestException or OptionsValidationException)
            {
                observation.Show(thrown.Exception);
            }
        }
    }

    private static bool IsWatched(Type type) => Watched.Any(name => type.Namespace!.StartsWith($"SpotifyClientCredentials.Tests.{name}", StringComparison.Ordinal));

    // As the tests write tokens that go over no socket.
    [GeneratedRegex(@"\btoken-\d+|\bBQ[A-Za-z0-9._~+/-]{4,}")]
    private static partial Regex ScriptedToken();
}
