using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Fetch;

/// <summary>The token request (RFC 6749, section 4.4.2) and the retry of its transient failures.</summary>
internal sealed class TokenEndpointClient(Func<HttpClient> createClient, TimeProvider timeProvider, ILogger logger, Telemetry telemetry) : ITokenSource
{
    // Polly would bring four assemblies into every application for this loop, and its delays would not know what time is left.
    public async Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        OptionsSnapshot options = request.Options;
        HttpClient? client = null;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                client ??= CreateClient(options);
                Task<AcquiredToken> attempting = telemetry.HearsTokenRequests
                    ? MeasuredAttemptAsync(client, options, request.Rejected, attempt, cancellationToken)
                    : AttemptAsync(client, options, request.Rejected, cancellationToken);
                return await attempting.ConfigureAwait(false);
            }
            catch (TokenRequestException failure)
            {
                Log.AttemptFailed(logger, options.Names.ShownName, attempt, failure.Message);
                TimeSpan pause = RenewalPolicy.RetryPause(attempt, failure.RetryAfter, Random.Shared.NextDouble());
                bool isTimeLeft = timeProvider.GetElapsedTime(request.StartedAt) + pause < options.TokenRequestTimeout;
                if (!failure.IsTransient || attempt > options.MaxRetryAttempts || !isTimeLeft)
                {
                    throw;
                }

                await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private HttpClient CreateClient(OptionsSnapshot options)
    {
        try
        {
            return createClient();
        }
        catch (Exception e)
        {
            throw TokenRequestFailure.NoClient(options, e);
        }
    }

    // Apart from the attempt itself, which unheard is to cost what it would without telemetry.
    private async Task<AcquiredToken> MeasuredAttemptAsync(
        HttpClient client, OptionsSnapshot options, AccessToken? rejected, int attempt, CancellationToken cancellationToken)
    {
        TokenRequestMeasurement measurement = new(telemetry, options, attempt, timeProvider);
        try
        {
            AcquiredToken acquired = await AttemptAsync(client, options, rejected, cancellationToken).ConfigureAwait(false);
            measurement.End(failure: null);
            return acquired;
        }
        catch (Exception e)
        {
            measurement.End(e);
            throw;
        }
    }

    private async Task<AcquiredToken> AttemptAsync(
        HttpClient client, OptionsSnapshot options, AccessToken? rejected, CancellationToken cancellationToken)
    {
        TimeSpan limit = options.TokenRequestTimeout / 2;
        using CancellationTokenSource timeout = new(limit, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        long issuedAt = timeProvider.GetTimestamp();
        DateTimeOffset now = timeProvider.GetUtcNow();
        try
        {
            TokenResponse response = await SendAsync(client, options, rejected, either.Token).ConfigureAwait(false);
            GrantedToken granted = response.ToToken(options, rejected);
            return new AcquiredToken(new AccessToken(options.Names, granted.AccessToken, now + granted.Life), issuedAt, granted.Life);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e)
        {
            throw TokenRequestFailure.NoResponse(options, timeout.IsCancellationRequested ? limit : null, e);
        }
        catch (Exception e) when (e is not TokenRequestException)
        {
            throw TokenRequestFailure.NotSent(options, rejected, e);
        }
    }

    private async Task<TokenResponse> SendAsync(
        HttpClient client, OptionsSnapshot options, AccessToken? rejected, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, options.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", options.BasicValue);
        request.Options.Set(EchoRedactionHandler.Redaction, new SafeText(options.ClientSecret, options.BasicValue, rejected?.Value));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using HttpResponseMessage response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);

        // A handler that follows redirects does so as GET, or to a server that nobody configured; it leaves its last request here.
        if (response.RequestMessage is { } last && (last.RequestUri != options.TokenEndpoint || last.Method != HttpMethod.Post))
        {
            throw TokenRequestFailure.Redirected(options, response.StatusCode);
        }

        return new TokenResponse
        {
            Status = response.StatusCode,
            MediaType = response.Content.Headers.ContentType?.MediaType,
            ContentEncoding = ContentEncoding(response.Content.Headers),
            RetryAfter = RetryAfterHeader.Parse(RetryAfterValue(response.Headers), timeProvider.GetUtcNow()),
            Body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false),
        };
    }

    // HttpClient's own buffer limit throws what cannot be told from a broken connection.
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        // A length beside chunks, or one that a handler left behind, says nothing of the body: where more comes, the buffer grows.
        byte[] buffer = new byte[Math.Min(content.Headers.ContentLength ?? long.MaxValue, TokenResponse.MaxBodyBytes) + 1];
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length == buffer.Length && length <= TokenResponse.MaxBodyBytes)
            {
                Array.Resize(ref buffer, TokenResponse.MaxBodyBytes + 1);
                Memory<byte> rest = buffer.AsMemory(length);
                length += await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }

            return buffer.AsMemory(0, length);
        }
    }

    // As they came: .NET's own list leaves out what it cannot parse, and the body would pass for one that is not encoded.
    private static string? ContentEncoding(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Encoding", out HeaderStringValues values)
            ? values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .FirstOrDefault(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            : null;

    private static string? RetryAfterValue(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("Retry-After", out HeaderStringValues values) ? values.FirstOrDefault() : null;
}
