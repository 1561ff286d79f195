using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using CsCheck;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Fetch;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// A million mutated answers, of each of which the parser makes a token or a <see cref="TokenRequestException"/>. A failing answer is printed
/// with its seed; to replay it, set the environment variable CsCheck_Seed to that.
/// </summary>
[Collection(NonParallel.Name)]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Cases = 1_000_000;
    private const int MostBytes = 256 * 1024;

    // A shorter one may stand in the library's own words by accident.
    private const int ShortestTellingToken = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly OptionsSnapshot Options = TestOptions.CreateValid();
    private static readonly AccessToken Rejected = new(new ConfigurationKeys(""), FuzzedResponse.RejectedToken, DateTimeOffset.UnixEpoch);
    private static readonly SecretSearch Secrets = new SecretSearch().AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("rejected token", FuzzedResponse.RejectedToken);

    private readonly ConcurrentDictionary<string, int> _tally = new();
    private long _mostBytes;
    private long _slowestTicks;

    [Fact]
    public void ToToken_OfAMillionMutatedResponses_IsATokenOrATokenRequestException()
    {
        // The runtime's own preparations are no part of what one answer costs.
        _ = Responses.Of(System.Net.HttpStatusCode.BadRequest, "{}").Failure(Options, Rejected);
        _ = Responses.Of(System.Net.HttpStatusCode.OK, Responses.Good).Token();

        FuzzedResponse.Any.Sample(Judge, iter: Cases);

        int cases = _tally.Values.Sum();
        foreach ((string outcome, int count) in _tally.OrderByDescending(pair => pair.Value))
        {
            output.WriteLine($"{count,9}  {outcome}");
        }

        int tokens = _tally["token"];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fuzz: {cases} answers, {100.0 * tokens / cases:0.0} % of them tokens, slowest {TimeSpan.FromTicks(_slowestTicks).TotalMilliseconds:0.0} ms, most allocated {_mostBytes / 1024.0:0} KiB"));
        Assert.True(cases >= Cases);
        Assert.True(tokens >= cases / 20);
        Assert.True(_tally["transient"] > 0 && _tally["permanent"] > 0);
    }

    private void Judge(FuzzedResponse fuzzed)
    {
        TokenResponse response = fuzzed.ToResponse();
        object outcome = Measured(response);
        if (outcome is GrantedToken token)
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, fuzzed.Status);
            Assert.Equal(TokenIn(fuzzed.Body), token.AccessToken);
            Assert.Matches("^[A-Za-z0-9._~+/-]+=*$", token.AccessToken);
            Assert.InRange(token.Life, TimeSpan.FromTicks(1), TimeSpan.FromDays(1));
            Count("token");
            return;
        }

        TokenRequestException failure = Assert.IsType<TokenRequestException>(outcome);
        string shown = failure.AllText();
        Secrets.AssertNoneIn(shown);
        if (fuzzed.ContentEncoding is null && TokenIn(fuzzed.Body) is { Length: >= ShortestTellingToken } unused)
        {
            Assert.DoesNotContain(unused, shown, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Uri.EscapeDataString(unused), shown, StringComparison.OrdinalIgnoreCase);
        }

        Assert.InRange(failure.Error?.Length ?? 0, 0, 64);
        Assert.InRange(failure.ErrorDescription?.Length ?? 0, 0, 256);
        Assert.DoesNotContain(failure.Message, char.IsControl);
        Count(failure.IsTransient ? "transient" : "permanent");
    }

    /// <returns>The outcome, whatever it is, within the limits of time and memory.</returns>
    private object Measured(TokenResponse response)
    {
        // Taken again where it took long: a thread that has to wait for its turn on a busy machine is no slow parser.
        for (int attempt = 1; ; attempt++)
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long startedAt = TimeProvider.System.GetTimestamp();
            object outcome = OutcomeOf(response);
            TimeSpan took = TimeProvider.System.GetElapsedTime(startedAt);
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            Assert.InRange(bytes, 0, MostBytes);
            if (took <= Limit)
            {
                Raise(ref _mostBytes, bytes);
                Raise(ref _slowestTicks, took.Ticks);
                return outcome;
            }

            Assert.True(attempt < 5, $"It takes {took} each time.");
        }
    }

    private static object OutcomeOf(TokenResponse response)
    {
        try
        {
            return response.ToToken(Options, Rejected);
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Read by another reader than the library's. Of a body that it cannot read as text, names included, no token is known to anybody.</summary>
    private static string? TokenIn(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            return null;
        }

        try
        {
            ReadOnlyMemory<byte> json = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
            using JsonDocument document = JsonDocument.Parse(json);
            // Throws where a name is no text.
            var fields = document.RootElement.EnumerateObject().ToLookup(field => field.Name, field => field.Value);
            return fields["access_token"].LastOrDefault() is { ValueKind: JsonValueKind.String } token ? token.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Count(string outcome) => _tally.AddOrUpdate(outcome, 1, (_, count) => count + 1);

    private static void Raise(ref long highest, long value)
    {
        for (long known = Interlocked.Read(ref highest); value > known; known = Interlocked.Read(ref highest))
        {
            Interlocked.CompareExchange(ref highest, value, known);
        }
    }
}
