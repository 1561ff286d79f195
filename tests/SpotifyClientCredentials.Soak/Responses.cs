using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SpotifyClientCredentials.Soak;

internal static class Responses
{
    public static async Task WriteAsync(this HttpContext context, HttpStatusCode status, string mediaType, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
