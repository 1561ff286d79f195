using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using CsCheck;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Fetch;
using SpotifyClientCredentials.Tests.Support;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// A million mutated responses: from each, the parser returns a token or throws a <see cref="TokenRequestException"/>. A failing response is
/// printed with its seed; set the environment variable CsCheck_Seed to that seed to replay it.
/// </summary>
[Collection(NonParallel.Name)]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Cases = 1_000_000;
    private const int MaxBytes = 1024 * 1024;

    // A shorter token can occur in the library's own messages by chance.
    private const int MinSearchableTokenLength = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly OptionsSnapshot Options = TestOptions.CreateValid();
    private static readonly AccessToken Rejected = new(FuzzedResponse.RejectedToken, DateTimeOffset.UnixEpoch);
    // As they are: other encodings of a secret aren't recognised.
    private static readonly string[] Secrets = [TestOptions.ClientSecret, Options.BasicValue, FuzzedResponse.RejectedToken];

    private readonly ConcurrentDictionary<string, int> _tally = new();
    private long _maxBytes;
    private long _slowestTicks;

    [Fact]
    public void ReadToken_WithAMillionMutatedResponses_ReturnsATokenOrThrowsTokenRequestException()
    {
        // Warms up, so that JIT compilation doesn't count against the first response.
        _ = Responses.Of(System.Net.HttpStatusCode.BadRequest, "{}").Failure(Options, Rejected);
        _ = Responses.Of(System.Net.HttpStatusCode.OK, Responses.Good).Token();

        FuzzedResponse.Any.Sample(AssertOutcome, iter: Cases);

        int cases = _tally.Values.Sum();
        foreach ((string outcome, int count) in _tally.OrderByDescending(pair => pair.Value))
        {
            output.WriteLine($"{count,9}  {outcome}");
        }

        int tokens = _tally["token"];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fuzz: {cases} responses, {100.0 * tokens / cases:0.0} % of them tokens, slowest {TimeSpan.FromTicks(_slowestTicks).TotalMilliseconds:0.0} ms, most allocated {_maxBytes / 1024.0:0} KiB"));
        Assert.True(cases >= Cases);
        Assert.True(tokens >= cases / 20);
        Assert.True(_tally["transient"] > 0 && _tally["permanent"] > 0);
    }

    private void AssertOutcome(FuzzedResponse fuzzed)
    {
        TokenResponse response = fuzzed.ToResponse();
        object outcome = ParseWithinLimits(response);
        if (outcome is (string token, TimeSpan life))
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, fuzzed.Status);
            Assert.Equal(TokenIn(fuzzed.Body), token);
            Assert.Matches("^[A-Za-z0-9._~+/-]+=*$", token);
            Assert.InRange(life, TimeSpan.FromTicks(1), TimeSpan.FromDays(1));
            Count("token");
            return;
        }

        TokenRequestException failure = Assert.IsType<TokenRequestException>(outcome);
        string shown = failure.AllText();
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
        if (fuzzed.ContentEncoding is null && TokenIn(fuzzed.Body) is { Length: >= MinSearchableTokenLength } unused)
        {
            Assert.DoesNotContain(unused, shown, StringComparison.Ordinal);
        }

        Assert.InRange(failure.Error?.Length ?? 0, 0, 64);
        Assert.InRange(failure.ErrorDescription?.Length ?? 0, 0, 256);
        Assert.DoesNotContain(failure.Message, char.IsControl);
        Count(failure.IsTransient ? "transient" : "permanent");
    }

    /// <summary>Parses within the limits of time and memory.</summary>
    /// <returns>The token or the exception.</returns>
    private object ParseWithinLimits(TokenResponse response)
    {
        // Repeated if it was slow: on a busy machine the thread may have been waiting for a processor.
        for (int attempt = 1; ; attempt++)
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long startedAt = TimeProvider.System.GetTimestamp();
            object outcome = OutcomeOf(response);
            TimeSpan took = TimeProvider.System.GetElapsedTime(startedAt);
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            Assert.InRange(bytes, 0, MaxBytes);
            if (took <= Limit)
            {
                UpdateMax(ref _maxBytes, bytes);
                UpdateMax(ref _slowestTicks, took.Ticks);
                return outcome;
            }

            Assert.True(attempt < 5, $"Parsing took {took}, also when repeated.");
        }
    }

    private static object OutcomeOf(TokenResponse response)
    {
        try
        {
            return response.ReadToken(Options, Rejected);
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Reads the token independently of the library's parser.</summary>
    /// <returns>The token, or null if the body, including its property names, isn't valid text.</returns>
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
            // Throws if a name is not valid text.
            var fields = document.RootElement.EnumerateObject().ToLookup(field => field.Name, field => field.Value);
            return fields["access_token"].LastOrDefault() is { ValueKind: JsonValueKind.String } token ? token.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Count(string outcome) => _tally.AddOrUpdate(outcome, 1, (_, count) => count + 1);

    private static void UpdateMax(ref long max, long value)
    {
        for (long current = Interlocked.Read(ref max); value > current; current = Interlocked.Read(ref max))
        {
            Interlocked.CompareExchange(ref max, value, current);
        }
    }
}
