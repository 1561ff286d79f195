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
/// Runs every test of the library again while recording every observable channel, and checks that no secret appears in any of them.
/// </summary>
/// <remarks>What objects show of themselves (ToString, debugger displays) is not a channel: see <see cref="BehaviourSecrecyTests"/>.</remarks>
[Collection(NonParallel.Name)]
public sealed partial class SuiteSecrecyTests(ITestOutputHelper output)
{
    // Without Observe.Secrets, whose tests plant leaks and record the channels themselves.
    private static readonly string[] Watched = ["Attach", "Cache", "Configure", "Fetch", "Limit", "Observe", "Share", "Testing"];

    [Fact]
    public async Task Suite_RecordedInEveryObservableChannel_ContainsNoSecret()
    {
        using Observation observation = new();
        using SentSecrets sent = new();
        SuiteRun run = await RunAsync(observation);

        sent.AddTo(observation.Secrets);
        observation.Secrets.AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("scripted token", ScriptedToken());
        observation.AssertNoLeak("log", "exception", "activity", "metric", "System.Net.Http", "System.Net.Sockets");
        // Checked last: a leak can also fail a test, and the leak is the better message.
        Assert.True(run.Failed.IsEmpty, string.Join(Environment.NewLine, run.Failed));
        Assert.InRange(run.Passed.Count, 1000, int.MaxValue);
        Assert.InRange(sent.Count, 100, int.MaxValue);
        output.WriteLine($"secrets: {run.Passed.Count} tests watched, {sent.Count} secrets sent, none found in {observation.Channels.Sum(channel => channel.Value.Length):N0} characters");
    }

    /// <summary>Without this, a pattern that matches no token would make the search above pass.</summary>
    [Theory]
    [InlineData("token-17")]
    [InlineData("BQ-t0k3n_t0k3n-t0k3n")]
    public void ScriptedToken_InAText_IsFound(string token) => Assert.Equal(token, ScriptedToken().Match($"token_request {token}, 1").Value);

    private static async Task<SuiteRun> RunAsync(Observation observation)
    {
        DistributedContextPropagator propagator = DistributedContextPropagator.Current;
        try
        {
            // A traced request would carry additional headers, which the wire tests don't expect.
            DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator();
            RecordingLoggerProvider.Recorded += observation.Log.Add;
            TestContainer.Watcher = observation.Log;
            AppDomain.CurrentDomain.FirstChanceException += Record;
            return await SuiteRun.RunAsync((type, test) => IsWatched(type) && test.GetCustomAttribute<ExcludedFromSecrecyRunAttribute>() is null);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Record;
            TestContainer.Watcher = null;
            RecordingLoggerProvider.Recorded -= observation.Log.Add;
            DistributedContextPropagator.Current = propagator;
        }

        // Other exceptions are caught inside the library, or belong to the test.
        void Record(object? sender, FirstChanceExceptionEventArgs thrown)
        {
            if (thrown.Exception is TokenRequestException or OptionsValidationException)
            {
                observation.Show(thrown.Exception);
            }
        }
    }

    private static bool IsWatched(Type type) => type.Namespace != typeof(BehaviourSecrecyTests).Namespace
        && Watched.Contains(type.Namespace!.Split('.').ElementAtOrDefault(2));

    // The formats of the tokens that tests use without a socket.
    [GeneratedRegex(@"\btoken-\d+|\bBQ[A-Za-z0-9._~+/-]{4,}")]
    private static partial Regex ScriptedToken();
}
