using System.Net.Http.Headers;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Fetch;

/// <summary>Sends the token request (RFC 6749, section 4.4.2), once for each acquisition.</summary>
internal sealed class TokenEndpointClient(Func<HttpClient> createClient, TimeProvider timeProvider, Telemetry telemetry) : ITokenSource
{
    public Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        HttpClient client = CreateClient(request.Options);
        return telemetry.ObservesTokenRequests
            ? ObservedAttemptAsync(client, request.Options, request.Known, cancellationToken)
            : AttemptAsync(client, request.Options, request.Known, cancellationToken);
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

    private async Task<AcquiredToken> ObservedAttemptAsync(
        HttpClient client, OptionsSnapshot options, AccessToken? known, CancellationToken cancellationToken)
    {
        TokenRequestMeasurement measurement = new(telemetry, options, timeProvider);
        Task<AcquiredToken> attempting = AttemptAsync(client, options, known, cancellationToken);
        // A listener that throws costs no caller its token.
        await measurement.EndWithAsync(attempting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await attempting.ConfigureAwait(false);
    }

    private async Task<AcquiredToken> AttemptAsync(
        HttpClient client, OptionsSnapshot options, AccessToken? known, CancellationToken cancellationToken)
    {
        TimeSpan limit = options.TokenRequestTimeout / 2;
        using CancellationTokenSource timeout = new(limit, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        long issuedAt = timeProvider.GetTimestamp();
        DateTimeOffset now = timeProvider.GetUtcNow();
        try
        {
            TokenResponse response = await SendAsync(client, options, either.Token).ConfigureAwait(false);
            (string value, TimeSpan lifetime) = response.ReadToken(options, known);
            return new AcquiredToken(new AccessToken(value, now + lifetime), issuedAt, lifetime, RenewAfter(lifetime, options, Random.Shared.NextDouble()));
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
            throw TokenRequestFailure.Failed(options, known, e);
        }
    }

    /// <summary>The time to the renewal: uniform over the first tenth of the renewal window. <paramref name="jitter"/> is uniform in [0, 1).</summary>
    public static TimeSpan RenewAfter(TimeSpan lifetime, OptionsSnapshot options, double jitter) =>
        lifetime - options.Window(lifetime) + (options.Window(lifetime) * jitter / 10);

    private async Task<TokenResponse> SendAsync(HttpClient client, OptionsSnapshot options, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, options.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            // HttpClient gives its defaults only to requests that it creates itself.
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", options.BasicValue);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using HttpResponseMessage response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);

        // A handler that follows redirects sends a GET, or the request goes to a server that isn't configured. Its last request is here, or
        // none: test handlers leave it out.
        if (response.RequestMessage is { } last && (last.RequestUri != options.TokenEndpoint || last.Method != HttpMethod.Post))
        {
            throw TokenRequestFailure.OfAnotherRequest(options, response.StatusCode);
        }

        return new TokenResponse
        {
            Status = response.StatusCode,
            MediaType = response.Content.Headers.ContentType?.MediaType,
            ContentEncoding = ContentEncoding(response.Content.Headers),
            RetryAfter = RetryAfterHeader.From(response.Headers, timeProvider.GetUtcNow()),
            Body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false),
        };
    }

    // HttpClient's own buffer limit throws an exception that can't be told from a broken connection.
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        // Large enough for a token: the largest buffer would be a quarter of all that an application's first call allocates.
        byte[] buffer = new byte[1024];
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, TokenResponse.MaxBodyBytes + 1);
                length += await stream.ReadAtLeastAsync(buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }

            return buffer.AsMemory(0, length);
        }
    }

    // From the raw headers: .NET's list leaves out what it can't parse, and the body would pass for one that isn't encoded.
    private static string? ContentEncoding(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Encoding", out HeaderStringValues values)
            ? values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .FirstOrDefault(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            : null;
}
