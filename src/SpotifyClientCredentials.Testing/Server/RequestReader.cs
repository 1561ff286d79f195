using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Reads a complete request as the client sent it.</summary>
internal static class RequestReader
{
    public static async Task<RecordedRequest> ReadAsync(HttpContext context, TimeProvider timeProvider)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        Dictionary<string, string> headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value.AsEnumerable()), StringComparer.OrdinalIgnoreCase);
        return new RecordedRequest(
            HttpMethod.Parse(context.Request.Method),
            ReadUri(context),
            headers,
            Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length),
            timeProvider.GetUtcNow(),
            timeProvider.GetTimestamp());
    }

    // The raw target keeps the client's escaping, which HttpRequest.Path decodes. It is absolute if the client uses the fake as its proxy.
    private static Uri ReadUri(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string authority = $"http://{context.Request.Host.Value}";
        return Uri.TryCreate(target.StartsWith('/') ? authority + target : target, UriKind.Absolute, out Uri? uri)
            ? uri
            : new Uri($"http://{context.Connection.LocalIpAddress}:{context.Connection.LocalPort}/");
    }
}
